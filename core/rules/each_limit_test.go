package rules_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules/rulestest"
)

// The limit of each applies to messages, so elements that do not match where do not count.
func TestEachLimitCountsAfterWhere(t *testing.T) {
	list := func(wanted, others int) string {
		return `"data":{"list":[` + strings.TrimSuffix(strings.Repeat(`{"n":1},`, others)+strings.Repeat(`{"n":2},`, wanted), ",") + `]}`
	}
	const rule = `{each: $.data.list, where: {n: [2]}, topic: abc, payload: {jsonpath: '@'}}`
	for name, c := range map[string]struct{ wanted, others, messages int }{
		"one of very many":    {1, 5000, 1},
		"none of very many":   {0, 50_001, 0},
		"as many as may be":   {50_000, 3, 50_000},
		"all, none left out":  {5000, 0, 5000},
		"one too many":        {50_001, 0, -1},
		"too many among more": {50_001, 10, -1},
	} {
		got := rulestest.Messages(t, rule, rulestest.Event(t, list(c.wanted, c.others)))
		switch {
		case c.messages < 0 && (len(got) != 1 || got[0].Err == nil || !strings.Contains(got[0].Err.Error(), "more than 50000 elements that match where")):
			t.Errorf("%s: %d messages, want the error", name, len(got))
		case c.messages >= 0 && len(got) != c.messages:
			t.Errorf("%s: %d messages, want %d", name, len(got), c.messages)
		}
	}
}
