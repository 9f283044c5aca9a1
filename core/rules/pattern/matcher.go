package pattern

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/internal/suggest"
)

// A matcher says whether it accepts a scalar of an event.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type matcher func(scalar.Scalar) bool

func matcherNames() []string {
	return []string{"prefix", "suffix", "contains", "anything-but", "numeric", "cidr", "exists", "wildcard", "equals-ignore-case"}
}

// compileMatcher compiles an object of matchers, all of which must accept the same scalar.
func compileMatcher(object *ast.MappingNode, m *strictyaml.Reporter) matcher {
	if len(object.Values) == 0 {
		m.At(object, "{} asks for nothing: write a matcher, such as {exists: true}")
	}
	members := strictyaml.Pairs(object, m)
	all := make([]matcher, len(members))
	for i, e := range members {
		all[i] = compileOne(e, m)
		if e.Name == "exists" && isFalse(e.Value) && len(members) > 1 {
			m.At(e.Key, "exists: false stands alone: nothing more can be asked of what is not there")
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
	switch e.Name {
	case "prefix", "suffix", "contains", "wildcard", "equals-ignore-case", "cidr":
		return compileText(e, m)
	case "anything-but":
		return compileAnythingBut(e.Value, m)
	case "numeric":
		return compileNumeric(e.Value, m)
	case "exists":
		return compileExists(e.Value, m)
	default:
		m.At(e.Key, "%q is not a matcher: %s", e.Name, suggest.Instead(e.Name, matcherNames()))
	}
	return nil
}

// anyOf accepts what one of the matchers does.
func anyOf(matchers []matcher) matcher {
	if len(matchers) == 1 {
		return matchers[0]
	}
	return func(s scalar.Scalar) bool {
		return slices.ContainsFunc(matchers, func(accepts matcher) bool { return accepts(s) })
	}
}
