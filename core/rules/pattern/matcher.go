package pattern

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/internal/suggest"
)

// A matcher reports whether a scalar of an event matches.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type matcher func(scalar.Scalar) bool

// A matcherKind is a matcher by its name in a pattern. It has either compile or text. The functions of a kind are in a file
// of their own.
type matcherKind struct {
	name    string
	compile func(operand ast.Node, m *strictyaml.Reporter) matcher
	text    compileTextTest // compiles the test for each text of the operand
	fold    compileTextTest // like text, for the operand {equals-ignore-case: …}; nil if the kind has no such form
}

// matcherKinds returns all kinds, in the order in which errors list them.
func matcherKinds() []matcherKind {
	return []matcherKind{
		{name: "prefix", text: prefixTest, fold: prefixFoldTest},
		{name: "suffix", text: suffixTest, fold: suffixFoldTest},
		{name: "contains", text: containsTest},
		{name: "anything-but", compile: compileAnythingBut},
		{name: "numeric", compile: compileNumeric},
		{name: "cidr", text: cidrTest},
		{name: "exists", compile: compileExists},
		{name: "wildcard", text: wildcardTest},
		{name: "equals-ignore-case", text: equalFoldTest},
	}
}

func matcherNames() []string {
	var names []string
	for _, kind := range matcherKinds() {
		names = append(names, kind.name)
	}
	return names
}

// compileMatcher compiles an object of matchers, all of which must match the same scalar.
func compileMatcher(object *ast.MappingNode, m *strictyaml.Reporter) matcher {
	if len(object.Values) == 0 {
		m.At(object, "{} is empty: write a matcher, such as {exists: true}")
	}
	members := strictyaml.Pairs(object, m)
	all := make([]matcher, len(members))
	for i, e := range members {
		all[i] = compileOne(e, m)
		if e.Name == "exists" && isFalse(e.Value) && len(members) > 1 {
			m.At(e.Key, "exists: false must be the only matcher: a missing value has nothing to compare")
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return func(s scalar.Scalar) bool {
		return !slices.ContainsFunc(all, func(accepts matcher) bool { return !accepts(s) })
	}
}

func compileOne(e strictyaml.Pair, m *strictyaml.Reporter) matcher {
	for _, kind := range matcherKinds() {
		switch {
		case kind.name != e.Name:
		case kind.text != nil:
			return compileText(kind, e.Value, m)
		default:
			return kind.compile(e.Value, m)
		}
	}
	m.At(e.Key, "%q is not a matcher: %s", e.Name, suggest.Instead(e.Name, matcherNames()))
	return nil
}

// anyOf matches if one of the matchers does.
func anyOf(matchers []matcher) matcher {
	if len(matchers) == 1 {
		return matchers[0]
	}
	return func(s scalar.Scalar) bool {
		return slices.ContainsFunc(matchers, func(accepts matcher) bool { return accepts(s) })
	}
}
