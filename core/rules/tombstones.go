package rules

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/rules/pattern"
)

// A tombstone is an event that lacks a part of its data by its source's design. A rule that needs the part fails each time,
// and as the source keeps an order, the events after it wait.
type tombstone struct {
	what   string
	types  []string // values of type in patterns
	starts []string // prefixes of source or sendbridgeingress, for patterns without a type
	lacks  []string // the path of the missing part
	empty  bool     // the part may be null or an empty text instead
	queue  string   // what waits behind the event
	clause string   // a pattern with this clause does not match the event
}

func tombstones() []tombstone {
	return []tombstone{
		{"a Kafka record without a value (a tombstone)", []string{"com.amazonaws.kafka.record"}, []string{"arn:aws:kafka:", "arn:aws-cn:kafka:", "kafka://", "lambda:arn:aws:kafka:", "lambda:arn:aws-cn:kafka:", "lambda:kafka://"},
			[]string{"data"}, false, "partition", "data: [{exists: true}]"},
		{"a Kafka record without a value (a tombstone)", []string{"alikafka:Topic:Message"}, []string{"acs:alikafka"},
			[]string{"data", "value"}, true, "partition", `data: {value: [{anything-but: [null, ""]}]}`},
		{"the record of a deleted item", []string{"com.amazonaws.dynamodb.REMOVE"}, []string{"arn:aws:dynamodb:", "arn:aws-cn:dynamodb:", "lambda:arn:aws:dynamodb:", "lambda:arn:aws-cn:dynamodb:"},
			[]string{"data", "dynamodb", "NewImage"}, false, "shard", "data: {dynamodb: {NewImage: [{exists: true}]}}"},
	}
}

// warnOfTombstones warns of a rule whose pattern names a source of tombstones and matches them, but whose message needs the
// missing part.
func warnOfTombstones(r *Rule, written ruleNode, m *strictyaml.Reporter) {
	for _, t := range tombstones() {
		if !t.isNamedBy(r) || t.isLeftOutBy(r.pattern) {
			continue
		}
		if n, path := written.needing(r, &t); n != nil {
			m.Warn(n, "%s has no %s: the rule fails for it each time, and its %s waits: add %s to the pattern, or give placeholders a fallback",
				t.what, path, t.queue, t.clause)
			return
		}
	}
}

// isNamedBy reports whether the rule's pattern requires a type of the tombstone, or its source if the pattern requires no
// type.
func (t *tombstone) isNamedBy(r *Rule) bool {
	if r.pattern == nil {
		return false
	}
	named, typed := false, false
	for _, key := range r.pattern.Keys() {
		switch key.Names[0] {
		case "type":
			typed = slices.ContainsFunc(t.types, func(want string) bool {
				return slices.Contains(key.Texts, want) || slices.ContainsFunc(key.Prefixes, func(start string) bool { return strings.HasPrefix(want, start) })
			})
			if !typed {
				return false
			}
		case "source", "sendbridgeingress":
			named = named || slices.ContainsFunc(slices.Concat(key.Texts, key.Prefixes), t.startsWith)
		}
	}
	return named || typed
}

func (t *tombstone) isLeftOutBy(p *pattern.Pattern) bool {
	if t.empty {
		return p.DemandsContent(t.lacks...)
	}
	return p.Demands(t.lacks...)
}

func (t *tombstone) startsWith(text string) bool {
	return slices.ContainsFunc(t.starts, func(start string) bool { return strings.HasPrefix(text, start) })
}

// needing returns the part of a rule that needs a value that the tombstone lacks, or one below it, and the value's path. A
// payload of that value alone may be null if the pattern demands that it exists.
func (written ruleNode) needing(r *Rule, t *tombstone) (ast.Node, string) {
	type part struct {
		key   string
		paths []jsonpath.Path
	}
	parts := []part{{"topic", r.topic.Required()}, {"payload", r.payload.Required()}}
	if r.each != nil {
		parts = append(parts, part{"each", []jsonpath.Path{*r.each}})
	}
	if r.unwrap != nil {
		parts = append(parts, part{"unwrap", []jsonpath.Path{*r.unwrap}})
	}
	for _, p := range parts {
		for _, path := range p.paths {
			takesNull := p.key == "payload" && r.payload.IsPath() && len(path.Segments) == len(t.lacks) && t.empty && r.pattern.Demands(t.lacks...)
			if path.Under(t.lacks) && !takesNull {
				return written.fields[p.key], path.Text
			}
		}
	}
	return nil, ""
}
