package pattern

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// A textTest says whether a text of an event is as wanted.
type textTest func(string) bool

// compileText compiles a matcher on texts. Its operand is a string, or a list of strings of which one must fit; that
// of prefix and suffix may also be {equals-ignore-case: …}.
func compileText(e strictyaml.Pair, m *strictyaml.Reporter) matcher {
	name, operand := e.Name, e.Value
	if object, ok := operand.(*ast.MappingNode); ok && (name == "prefix" || name == "suffix") {
		inner, ok := strictyaml.OnlyPair(object, []string{"equals-ignore-case"}, m)
		if !ok {
			return nil
		}
		name, operand = name+" "+inner.Name, inner.Value
	}
	var tests []textTest
	for _, n := range strictyaml.ListOf(operand, m) {
		switch want := strictyaml.Literal(n, m); want.Kind {
		case scalar.Absent:
		case scalar.String:
			tests = append(tests, newTextTest(name, want.Text, n, m))
		default:
			m.At(n, "%s compares texts: write %q", e.Name, want.Text)
		}
	}
	return func(s scalar.Scalar) bool {
		got, ok := s.AsText()
		return ok && slices.ContainsFunc(tests, func(test textTest) bool { return test(got) })
	}
}

func newTextTest(name, want string, n ast.Node, m *strictyaml.Reporter) textTest {
	if want == "" && (strings.HasPrefix(name, "prefix") || strings.HasPrefix(name, "suffix") || name == "contains") {
		m.At(n, `%s: every text has "": write some text, or {exists: true}`, name)
	}
	switch name {
	case "prefix":
		return func(got string) bool { return strings.HasPrefix(got, want) }
	case "suffix":
		return func(got string) bool { return strings.HasSuffix(got, want) }
	case "contains":
		return func(got string) bool { return strings.Contains(got, want) }
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
