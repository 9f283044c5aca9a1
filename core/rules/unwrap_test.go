package rules_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
)

// Pattern, topic, each and payload of a rule with unwrap use the unwrapped data.
func TestUnwrap(t *testing.T) {
	inner := `{"site":"n","n":21,"list":[{"a":1},{"a":2}]}`
	sns := `"data":{"Type":"Notification","Message":` + rulestest.JSONString(inner) + `,"m":{"data":"` + base64.StdEncoding.EncodeToString([]byte(inner)) + `"}}`
	for rule, want := range map[string]string{
		"{unwrap: $.data.Message, pattern: {data: {n: [{numeric: ['>', 20]}]}}, topic: 'abc/${$.data.site}', payload: {jsonpath: $.data.n}}": "abc/n 21",
		"{unwrap: $.data.m.data, pattern: {type: [created]}, topic: abc, payload: {jsonpath: $.data.site}}":                                  "abc n",
		"{unwrap: $.data.Message, each: $.data.list, where: {a: [2]}, topic: abc, payload: {jsonpath: '@.a'}}":                               "abc 2",
		"{unwrap: $.data.Message, topic: abc, payload: original}":                                                                            `abc {"specversion":"1.0","id":"42","source":"/s","type":"created","datacontenttype":"application/json","sendbridgehops":1,"data":` + inner + `}`,
		"{unwrap: $.data.Gone, topic: abc, payload: original}":                                                                               "sender InvalidEvent: unwrap: $.data.Gone is missing",
		"{unwrap: $.data.Type, topic: abc, payload: {jsonpath: $.data}}":                                                                     "abc Notification",
	} {
		rulestest.WantMessage(t, rulestest.Messages(t, rule, rulestest.Event(t, sns)), want)
	}
	twice := `"data":{"Message":"1","\u004dessage":"2"}`
	rulestest.WantMessage(t, rulestest.Messages(t, "{unwrap: $.data.Message, topic: abc, payload: original}", rulestest.Event(t, twice)), "sender DuplicateName: given twice")
}

// The index works with rules that unwrap, although it reads the data before unwrapping.
func TestRulesThatUnwrapAmongMany(t *testing.T) {
	var b strings.Builder
	b.WriteString("rules:\n" +
		"- {unwrap: $.data.Message, pattern: {type: [created], data: {site: [n]}}, topic: abc, payload: original}\n" +
		"- {unwrap: $.data.Message, pattern: {data: {site: [o]}}, topic: abc, payload: original}\n")
	for i := range 20 {
		fmt.Fprintf(&b, "- {pattern: {data: {site: [s%d]}}, topic: abc, payload: original}\n", i)
	}
	set := rulestest.Parse(t, b.String())
	for data, want := range map[string]int{`{"Message":"{\"site\":\"n\"}"}`: 1, `{"Message":"{\"site\":\"m\"}"}`: 0, `{"Message":"{\"site\":\"o\"}"}`: 1, `{"site":"n"}`: 1, `{"site":"s3"}`: 1} {
		if got := rulestest.Matching(t, set, rulestest.Event(t, `"data":`+data)); got != want {
			t.Errorf("%s: %d rules match, want %d", data, got, want)
		}
	}
}

// An event is invalid if a pattern reads a duplicate name in unwrapped data, as in data that is not wrapped. A preview of the
// messages says so, too.
func TestDuplicateNamesInUnwrappedData(t *testing.T) {
	set := rulestest.Parse(t, "rules:\n- {unwrap: $.data.in, pattern: {data: {a: [1]}}, topic: abc, payload: {constant: x}}")
	for in, want := range map[string]string{
		`{"a":1}`:       "",
		`{"a":1,"a":1}`: "$.data.a is given twice",
		`{"a":1,"a":2}`: "$.data.a is given twice",
	} {
		r := rulestest.Event(t, `"data":{"in":`+rulestest.JSONString(in)+`}`)
		v, err := cloudevent.NewView(r)
		if err != nil {
			t.Fatal(err)
		}
		_, whenSent := set.AppendMatching(nil, v)
		for _, err := range []error{whenSent, errorOf(set, r)} {
			if (err == nil) != (want == "") || err != nil && (fault.Of(err).Code != "DuplicateName" || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %v, want %q", in, err, want)
			}
		}
	}
}
