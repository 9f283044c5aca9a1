package rules

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
)

// A tombstone is an event that by its source's design lacks a part of its data. A rule that needs the part fails each time,
// and as the source keeps an order, what comes after the event is held back.
type tombstone struct {
	what   string
	types  []string // as patterns name them
	starts []string // of source or sendbridgeingress, where a pattern names no type
	lacks  []string // the names that lead to the part
	queue  string   // what is held back
	clause string   // of a pattern that the event does not match
}

func tombstones() []tombstone {
	return []tombstone{
		{"a Kafka record without a value (a tombstone)", []string{"com.amazonaws.kafka.record"}, []string{"arn:aws:kafka:", "arn:aws-cn:kafka:", "kafka://", "lambda:arn:aws:kafka:", "lambda:arn:aws-cn:kafka:", "lambda:kafka://"},
			[]string{"data"}, "partition", "data: [{exists: true}]"},
		{"a Kafka record without a value (a tombstone)", []string{"alikafka:Topic:Message"}, []string{"acs:alikafka"},
			[]string{"data", "value"}, "partition", "data: {value: [{exists: true}]}"},
		{"the record of a deleted item", []string{"com.amazonaws.dynamodb.REMOVE"}, []string{"arn:aws:dynamodb:", "arn:aws-cn:dynamodb:", "lambda:arn:aws:dynamodb:", "lambda:arn:aws-cn:dynamodb:"},
			[]string{"data", "dynamodb", "NewImage"}, "shard", "data: {dynamodb: {NewImage: [{exists: true}]}}"},
	}
}

// warnOfTombstones warns of a rule whose pattern names a source of tombstones, takes them, and cannot render them.
func warnOfTombstones(r *Rule, written ruleNode, m *strictyaml.Reporter) {
	for _, t := range tombstones() {
		if !t.isNamedBy(r) || r.pattern.Demands(t.lacks...) {
			continue
		}
		if n, path := written.needing(r, t.lacks); n != nil {
			m.Warn(n, "%s has no %s: it fails each time and holds its %s back: add %s to the pattern, or give placeholders a fallback",
				t.what, path, t.queue, t.clause)
			return
		}
	}
}

// isNamedBy says whether the rule's pattern demands a type of the tombstone's, or where it demands no type, its source.
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

func (t *tombstone) startsWith(text string) bool {
	return slices.ContainsFunc(t.starts, func(start string) bool { return strings.HasPrefix(text, start) })
}

// needing returns the part of a rule that needs a value at names or below, and the path of the value.
func (written ruleNode) needing(r *Rule, names []string) (ast.Node, string) {
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
			if path.Under(names) {
				return written.fields[p.key], path.Text
			}
		}
	}
	return nil, ""
}
