package core

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// A textTest says whether a text of an event is as wanted.
type textTest func(string) bool

// compileText compiles a matcher on texts. Its operand is a string, or a list of strings of which one must fit; that
// of prefix and suffix may also be {equals-ignore-case: …}.
func compileText(e entry, m *mistakes) matcher {
	name, operand := e.name, e.value
	if object, ok := operand.(*ast.MappingNode); ok && (name == "prefix" || name == "suffix") {
		inner, ok := onlyEntry(object, []string{"equals-ignore-case"}, m)
		if !ok {
			return nil
		}
		name, operand = name+" "+inner.name, inner.value
	}
	var tests []textTest
	for _, n := range listOf(operand, m) {
		switch want := literal(n, m); want.is {
		case absent:
		case str:
			tests = append(tests, newTextTest(name, want.text, n, m))
		default:
			m.at(n, "%s compares texts: write %q", e.name, want.text)
		}
	}
	return func(s scalar) bool {
		got, ok := s.string()
		return ok && slices.ContainsFunc(tests, func(test textTest) bool { return test(got) })
	}
}

func newTextTest(name, want string, n ast.Node, m *mistakes) textTest {
	if want == "" && (strings.HasPrefix(name, "prefix") || strings.HasPrefix(name, "suffix")) {
		m.at(n, `%s: every text has "": write some text, or {exists: true}`, name)
	}
	switch name {
	case "prefix":
		return func(got string) bool { return strings.HasPrefix(got, want) }
	case "suffix":
		return func(got string) bool { return strings.HasSuffix(got, want) }
	case "prefix equals-ignore-case":
		return func(got string) bool { return hasPrefixFold(got, want) }
	case "suffix equals-ignore-case":
		return func(got string) bool { return hasSuffixFold(got, want) }
	case "wildcard":
		return wildcardTest(want, n, m)
	case "cidr":
		return cidrTest(want, n, m)
	}
	return func(got string) bool { return strings.EqualFold(got, want) }
}

// hasPrefixFold goes rune by rune, as a letter's two cases may differ in length.
func hasPrefixFold(s, prefix string) bool {
	for prefix != "" {
		_, n := utf8.DecodeRuneInString(s)
		_, wanted := utf8.DecodeRuneInString(prefix)
		if !strings.EqualFold(s[:n], prefix[:wanted]) {
			return false
		}
		s, prefix = s[n:], prefix[wanted:]
	}
	return true
}

func hasSuffixFold(s, suffix string) bool {
	for suffix != "" {
		_, n := utf8.DecodeLastRuneInString(s)
		_, wanted := utf8.DecodeLastRuneInString(suffix)
		if !strings.EqualFold(s[len(s)-n:], suffix[len(suffix)-wanted:]) {
			return false
		}
		s, suffix = s[:len(s)-n], suffix[:len(suffix)-wanted]
	}
	return true
}
