package template_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules/rulestest"
)

// In a rule with each, every message has the values of its own element, and all have the values and the faults that are
// outside of the elements.
func TestEveryElementHasItsValues(t *testing.T) {
	const data = `"subject":"s","data":{"a":"x","twice":{"n":1,"n":2},"list":[{"n":1,"m":"p"},{"n":2,"m":"q"},{"n":3}]}`
	for rule, want := range map[string][3]string{
		"topic: 'abc/${$.subject}/${@.n}/${$.data.a}', payload: {template: '${$.data.a}${@.n}${$.subject}${@index}'}": {"abc/s/1/x x1s0", "abc/s/2/x x2s1", "abc/s/3/x x3s2"},
		"topic: 'abc/${@index}', payload: {template: '${$.data.a}'}":                                                  {"abc/0 x", "abc/1 x", "abc/2 x"},
		"topic: 'abc/${@.n}', payload: {jsonpath: $.data.a}":                                                          {"abc/1 x", "abc/2 x", "abc/3 x"},
		"topic: abc, payload: {jsonpath: '@.n'}":                                                                      {"abc 1", "abc 2", "abc 3"},
		"topic: abc, payload: {template: '${@.m}'}":                                                                   {"abc p", "abc q", "sender PayloadInvalid: ${@.m}: @.m is missing"},
		"topic: abc, payload: {template: '${@.m} ${$.data.a}'}":                                                       {"abc p x", "abc q x", "sender PayloadInvalid: ${@.m}: @.m is missing"},
		"topic: abc, payload: {jsonpath: $.data.b}":                                                                   same("sender PayloadInvalid: payload: $.data.b is missing"),
		"topic: abc, payload: {template: '${$.data.b}'}":                                                              same("sender PayloadInvalid: ${$.data.b}: $.data.b is missing"),
		"topic: abc, payload: {template: '${@.n} ${$.data.b}'}":                                                       same("sender PayloadInvalid: ${$.data.b}: $.data.b is missing"),
		"topic: 'abc/${@.n}/${$.data.b}', payload: original":                                                          same("sender TopicInvalid: ${$.data.b}: $.data.b is missing"),
		"topic: abc, payload: {jsonpath: $.data.twice.n}":                                                             same("sender DuplicateName: $.data.twice.n is given twice"),
		"topic: abc, payload: {template: '${@.n} ${$.data.twice.n}'}":                                                 same("sender DuplicateName: $.data.twice.n is given twice"),
	} {
		got := rulestest.Messages(t, "{each: $.data.list, "+rule+"}", rulestest.Event(t, data))
		if len(got) != 3 {
			t.Fatalf("%s: %d messages", rule, len(got))
		}
		t.Run(rule, func(t *testing.T) {
			for i := range got {
				rulestest.WantMessage(t, got[i:i+1], want[i])
			}
		})
	}
}

func same(message string) [3]string { return [3]string{message, message, message} }

// Rendering stops at twice the size of a message. A text that is too long by less is rendered, so that the error has its
// length.
func TestTheSizeAtWhichRenderingStops(t *testing.T) {
	for name, c := range map[string]struct {
		payload string
		bytes   int
		want    string
	}{
		"original, rendered": {"original", 131_072, "payload has 131194 bytes: a message can have at most 65536"},
		"original, stopped":  {"original", 131_073, "payload: the event's data alone has 131073 bytes: a message can have at most 65536"},
		"jsonpath, rendered": {"{jsonpath: $.data}", 131_072, "payload has 131072 bytes: a message can have at most 65536"},
		"jsonpath, stopped":  {"{jsonpath: $.data}", 131_073, "payload: $.data has 131073 bytes: a message can have at most 65536"},
		"template, rendered": {"{template: 'x${$.data}y'}", 131_071, "payload has 131073 bytes: a message can have at most 65536"},
		"template, stopped":  {"{template: 'x${$.data}y'}", 131_072, "${$.data}: with it the text has 131073 bytes: a message can have at most 65536"},
	} {
		t.Run(name, func(t *testing.T) {
			r := rulestest.Event(t, `"datacontenttype":"text/plain","data":"`+strings.Repeat("x", c.bytes)+`"`)
			rulestest.WantPayload(t, rulestest.Messages(t, "{topic: abc, payload: "+c.payload+"}", r), "sender PayloadInvalid: "+c.want)
		})
	}
}
