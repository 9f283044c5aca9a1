package pattern

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// A textTest reports whether a text of an event matches.
type textTest func(string) bool

// A compileTextTest returns the test for one text of a matcher's operand, which is at node n.
type compileTextTest func(want string, n ast.Node, m *strictyaml.Reporter) textTest

// compileText compiles a matcher on texts. Its operand is a string, a list of strings of which one must match, or
// {equals-ignore-case: …} if the kind has that form.
func compileText(kind matcherKind, operand ast.Node, m *strictyaml.Reporter) matcher {
	newTest := kind.text
	if object, ok := operand.(*ast.MappingNode); ok && kind.fold != nil {
		inner, ok := strictyaml.OnlyPair(object, []string{"equals-ignore-case"}, m)
		if !ok {
			return nil
		}
		newTest, operand = kind.fold, inner.Value
	}
	var tests []textTest
	for _, n := range strictyaml.ListOf(operand, m) {
		switch want := strictyaml.Literal(n, m); want.Kind {
		case scalar.Absent:
		case scalar.String:
			tests = append(tests, newTest(want.Text, n, m))
		default:
			m.At(n, "%s compares texts: write %q", kind.name, want.Text)
		}
	}
	fits := func(got string) bool {
		return slices.ContainsFunc(tests, func(test textTest) bool { return test(got) })
	}
	return func(s scalar.Scalar) bool { return s.IsText(fits) }
}

func prefixTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	mustHaveText("prefix", want, n, m)
	return func(got string) bool { return strings.HasPrefix(got, want) }
}

func suffixTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	mustHaveText("suffix", want, n, m)
	return func(got string) bool { return strings.HasSuffix(got, want) }
}

func containsTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	mustHaveText("contains", want, n, m)
	return func(got string) bool { return strings.Contains(got, want) }
}

func prefixFoldTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	mustHaveText("prefix equals-ignore-case", want, n, m)
	return func(got string) bool { return hasPrefixFold(got, want) }
}

func suffixFoldTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	mustHaveText("suffix equals-ignore-case", want, n, m)
	return func(got string) bool { return hasSuffixFold(got, want) }
}

func equalFoldTest(want string, _ ast.Node, _ *strictyaml.Reporter) textTest {
	return func(got string) bool { return strings.EqualFold(got, want) }
}

func mustHaveText(name, want string, n ast.Node, m *strictyaml.Reporter) {
	if want == "" {
		m.At(n, `%s: every text matches "": write some text, or {exists: true}`, name)
	}
}

// hasPrefixFold compares rune by rune, because the two cases of a letter may differ in length.
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
