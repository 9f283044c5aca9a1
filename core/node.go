package core

import "github.com/goccy/go-yaml/ast"

// A Node is a value of a rules file. Its methods read the value as what it should be. Where it is something else they
// note a mistake with the value's line and column and return a zero value, so that one run shows every mistake.
type Node struct {
	node ast.Node
	m    *mistakes
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Name       string
	Key, Value Node // Key is where a mistake of the whole entry is noted
}

// newNode returns a node of the file that mistakes are collected for.
func newNode(n ast.Node, m *mistakes) Node { return Node{n, m} }

// Mistake notes a mistake where the value starts. The text says what is wrong and what to write instead.
func (n Node) Mistake(format string, args ...any) { n.m.on(n.node)(format, args...) }

// Kind names what the value is, for a mistake's text: "a mapping", "a list", "text", "a number".
func (n Node) Kind() string { return nodeType(n.node) }

// IsMapping says whether the value is a mapping of keys to values.
func (n Node) IsMapping() bool {
	_, ok := n.node.(*ast.MappingNode)
	return ok
}

// Text returns a text; what is the value's name in a mistake, as for all methods below.
func (n Node) Text(what string) string {
	text, _ := n.m.text(n.node, what)
	return text
}

// Word returns a text that is one of the words, and nothing for any other.
func (n Node) Word(what string, words ...string) string { return n.m.word(n.node, what, words) }

// Bool returns true or false.
func (n Node) Bool(what string) bool { return n.m.toggle(n.node, what) }

// Texts returns the texts of a list; one text stands for a list of one.
func (n Node) Texts(what string) []string { return n.m.texts(n.node, what) }

// Fields returns the values of a mapping that may have the known keys only, by their keys; nil if it is no mapping. The
// value of a misspelled key is returned under the key that was likely meant.
func (n Node) Fields(what string, known ...string) map[string]Node {
	fields := n.m.fields(n.node, what, known...)
	if fields == nil {
		return nil
	}
	nodes := make(map[string]Node, len(fields))
	for name, value := range fields {
		nodes[name] = Node{value, n.m}
	}
	return nodes
}

// Entries returns the keys and values of a mapping in the file's order. It notes no mistake of a value that is no
// mapping: IsMapping tells.
func (n Node) Entries() []Entry {
	object, ok := n.node.(*ast.MappingNode)
	if !ok {
		return nil
	}
	var list []Entry
	for _, e := range entries(object, n.m) {
		list = append(list, n.entry(e))
	}
	return list
}

// OnlyEntry returns the one entry of a mapping, whose key must be one of the allowed; ok is false after a mistake.
func (n Node) OnlyEntry(allowed ...string) (e Entry, ok bool) {
	object, ok := n.node.(*ast.MappingNode)
	if !ok {
		n.Mistake("%s must be a mapping with one key: %s", oneLine(n.node), Alternatives(allowed))
		return Entry{}, false
	}
	only, ok := onlyEntry(object, allowed, n.m)
	if !ok {
		return Entry{}, false
	}
	return n.entry(only), true
}

func (n Node) entry(e entry) Entry {
	return Entry{Name: e.name, Key: Node{e.key, n.m}, Value: Node{e.value, n.m}}
}
