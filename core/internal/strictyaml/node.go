package strictyaml

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/internal/suggest"
)

// A Node is a value of a rules file. Its methods read the value as a certain type. If it has another type, they report a
// mistake with its line and column and return a zero value, so that one run reports every mistake.
type Node struct {
	Node ast.Node
	M    *Reporter
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Name       string
	Key, Value Node // mistakes about the whole entry are reported at Key
}

// NewNode returns a node whose mistakes m collects.
func NewNode(n ast.Node, m *Reporter) Node { return Node{n, m} }

// Mistake reports a mistake at the start of the value. The text says what is wrong and what to write instead.
func (n Node) Mistake(format string, args ...any) { n.M.On(n.Node)(format, args...) }

// Kind returns the type of the value for messages: "a mapping", "a list", "text", "a number".
func (n Node) Kind() string { return NodeType(n.Node) }

// IsMapping reports whether the value is a mapping.
func (n Node) IsMapping() bool {
	_, ok := n.Node.(*ast.MappingNode)
	return ok
}

// IsList reports whether the value is a list.
func (n Node) IsList() bool {
	_, ok := n.Node.(*ast.SequenceNode)
	return ok
}

// Text returns a string. what is the value's name in mistakes, for this and all following methods.
func (n Node) Text(what string) string {
	text, _ := n.M.Text(n.Node, what)
	return text
}

// Word returns a string that is one of the words, or an empty string.
func (n Node) Word(what string, words ...string) string { return n.M.word(n.Node, what, words) }

// Bool returns true or false.
func (n Node) Bool(what string) bool { return n.M.Toggle(n.Node, what) }

// Texts returns the strings of a list. A single string counts as a list of one.
func (n Node) Texts(what string) []string { return n.M.texts(n.Node, what) }

// Fields returns the values of a mapping that may only have the known keys, or nil if it is not a mapping. The value of a
// misspelled key is returned under the key that was probably meant.
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

// Entries returns the keys and values of a mapping in the file's order. It reports no mistake for a value that is not a
// mapping; use IsMapping.
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

// OnlyEntry returns the only entry of a mapping, whose key must be allowed. ok is false after a mistake.
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
