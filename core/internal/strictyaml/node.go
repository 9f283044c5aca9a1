package strictyaml

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/internal/suggest"
)

// A Node is a value of a rules file. Its methods read the value as what it should be. Where it is something else they
// note a mistake with the value's line and column and return a zero value, so that one run shows every mistake.
type Node struct {
	Node ast.Node
	M    *Reporter
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Name       string
	Key, Value Node // Key is where a mistake of the whole entry is noted
}

// NewNode returns a node of the file that mistakes are collected for.
func NewNode(n ast.Node, m *Reporter) Node { return Node{n, m} }

// Mistake notes a mistake where the value starts. The text says what is wrong and what to write instead.
func (n Node) Mistake(format string, args ...any) { n.M.On(n.Node)(format, args...) }

// Kind names what the value is, for a mistake's text: "a mapping", "a list", "text", "a number".
func (n Node) Kind() string { return NodeType(n.Node) }

// IsMapping says whether the value is a mapping of keys to values.
func (n Node) IsMapping() bool {
	_, ok := n.Node.(*ast.MappingNode)
	return ok
}

// IsList says whether the value is a list.
func (n Node) IsList() bool {
	_, ok := n.Node.(*ast.SequenceNode)
	return ok
}

// Text returns a text; what is the value's name in a mistake, as for all methods below.
func (n Node) Text(what string) string {
	text, _ := n.M.Text(n.Node, what)
	return text
}

// Word returns a text that is one of the words, and nothing for any other.
func (n Node) Word(what string, words ...string) string { return n.M.word(n.Node, what, words) }

// Bool returns true or false.
func (n Node) Bool(what string) bool { return n.M.Toggle(n.Node, what) }

// Texts returns the texts of a list; one text stands for a list of one.
func (n Node) Texts(what string) []string { return n.M.texts(n.Node, what) }

// Fields returns the values of a mapping that may have the known keys only, by their keys; nil if it is no mapping. The
// value of a misspelled key is returned under the key that was likely meant.
func (n Node) Fields(what string, known ...string) map[string]Node {
	fields := n.M.Fields(n.Node, what, known...)
	if fields == nil {
		return nil
	}
	nodes := make(map[string]Node, len(fields))
	for name, value := range fields {
		nodes[name] = Node{value, n.M}
	}
	return nodes
}

// Entries returns the keys and values of a mapping in the file's order. It notes no mistake of a value that is no
// mapping: IsMapping tells.
func (n Node) Entries() []Entry {
	object, ok := n.Node.(*ast.MappingNode)
	if !ok {
		return nil
	}
	var list []Entry
	for _, e := range Pairs(object, n.M) {
		list = append(list, n.entry(e))
	}
	return list
}

// OnlyEntry returns the one entry of a mapping, whose key must be one of the allowed; ok is false after a mistake.
func (n Node) OnlyEntry(allowed ...string) (e Entry, ok bool) {
	object, ok := n.Node.(*ast.MappingNode)
	if !ok {
		n.Mistake("%s must be a mapping with one key: %s", OneLine(n.Node), suggest.Alternatives(allowed))
		return Entry{}, false
	}
	only, ok := OnlyPair(object, allowed, n.M)
	if !ok {
		return Entry{}, false
	}
	return n.entry(only), true
}

func (n Node) entry(e Pair) Entry {
	return Entry{Name: e.Name, Key: Node{e.Key, n.M}, Value: Node{e.Value, n.M}}
}
