package rules_test

import (
	"testing"

	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

// Rules that make different messages of an event have different digests, whatever their names are. Parts that only choose
// the events of a rule do not count.
func TestDigest(t *testing.T) {
	const base = "rules:\n- {name: r, topic: a/1, payload: original}"
	of := func(yaml string) rules.Digest { return rulestest.Parse(t, yaml).Digest("r") }
	for yaml, same := range map[string]bool{
		"# a comment\nrules:\n  - name: r\n    payload: original\n    topic: a/1\n":                          true,
		"rules:\n- {name: r, topic: a/1, payload: original, pattern: {type: [x]}}":                           true,
		"rules:\n- {name: r, topic: a/1, payload: original, maximumEventAgeInSeconds: 60}":                   true,
		"rules:\n- {name: q, topic: b/1, payload: original}\n- {name: r, topic: a/1, payload: original}":     true,
		"rules:\n- {name: r, topic: a/2, payload: original}":                                                 false,
		"rules:\n- {name: r, topic: a/1, payload: {constant: x}}":                                            false,
		"rules:\n- {name: r, topic: a/1, payload: original, each: $.data.x}":                                 false,
		"rules:\n- {name: r, topic: a/1, payload: original, unwrap: $.data.x}":                               false,
		"rules:\n- {name: r, topic: 'a/${x}', payload: original, vars: {x: $.data.x}}":                       false,
		"rules:\n- {name: q, topic: a/1, payload: original}":                                                 false,
		"rules:\n- {name: r, topic: 'a/${x}', payload: original, vars: {x: {path: $.data.x, default: '1'}}}": false,
	} {
		if got := of(yaml) == of(base); got != same {
			t.Errorf("%s: the same digest as %s: %t, want %t", yaml, base, got, same)
		}
	}
	if a, b := of("rules:\n- {name: r, topic: 'a/${x}', payload: original, vars: {x: $.data.x}}"), of("rules:\n- {name: r, topic: 'a/${x}', payload: original, vars: {x: $.data.y}}"); a == b {
		t.Error("vars make no difference")
	}
}

func TestDigestOfATopicRule(t *testing.T) {
	var digests []rules.Digest
	for _, topic := range []string{"a/1", "a/2", "a/1"} {
		set, err := rules.TopicRule(topic)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, set.Digest(set.Names()[0]))
		if none := set.Digest("other"); none != (rules.Digest{}) {
			t.Errorf("a rule that is not there has digest %x", none)
		}
	}
	if digests[0] == digests[1] || digests[0] != digests[2] || digests[0] == (rules.Digest{}) {
		t.Errorf("digests of a/1, a/2 and a/1: %x", digests)
	}
	if none := (*rules.Set)(nil).Digest("r"); none != (rules.Digest{}) {
		t.Errorf("no rules have digest %x", none)
	}
}
