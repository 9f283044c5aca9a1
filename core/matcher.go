package core

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// A matcher says whether it accepts a scalar of an event.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type matcher func(scalar) bool

func matcherNames() []string {
	return []string{"prefix", "suffix", "anything-but", "numeric", "cidr", "exists", "wildcard", "equals-ignore-case"}
}

// compileMatcher compiles an object of matchers, all of which must accept the same scalar.
func compileMatcher(object *ast.MappingNode, m *mistakes) matcher {
	if len(object.Values) == 0 {
		m.at(object, "{} asks for nothing: write a matcher, such as {exists: true}")
	}
	members := entries(object, m)
	all := make([]matcher, len(members))
	for i, e := range members {
		all[i] = compileOne(e, m)
		if e.name == "exists" && isFalse(e.value) && len(members) > 1 {
			m.at(e.key, "exists: false stands alone: nothing more can be asked of what is not there")
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return func(s scalar) bool {
		return !slices.ContainsFunc(all, func(accepts matcher) bool { return !accepts(s) })
	}
}

func compileOne(e entry, m *mistakes) matcher {
	switch e.name {
	case "prefix", "suffix", "wildcard", "equals-ignore-case", "cidr":
		return compileText(e, m)
	case "anything-but":
		return compileAnythingBut(e.value, m)
	case "numeric":
		return compileNumeric(e.value, m)
	case "exists":
		return compileExists(e.value, m)
	case "contains":
		m.at(e.key, `"contains" is not a matcher here: write {wildcard: "*text*"}`)
	default:
		m.at(e.key, "%q is not a matcher: %s", e.name, nearest(e.name, matcherNames()))
	}
	return nil
}

// anyOf accepts what one of the matchers does.
func anyOf(matchers []matcher) matcher {
	if len(matchers) == 1 {
		return matchers[0]
	}
	return func(s scalar) bool {
		return slices.ContainsFunc(matchers, func(accepts matcher) bool { return accepts(s) })
	}
}
