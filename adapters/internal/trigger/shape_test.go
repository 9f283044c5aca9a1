package trigger_test

import (
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
)

func TestShapesFitValuesOfTheirKind(t *testing.T) {
	for _, c := range []struct {
		entry, fit string
		not        []string
	}{
		{"a", `{"a":false}`, []string{`{}`, `{"a":null}`, `{"A":1}`}},
		{"a=x", `{"a":"x"}`, []string{`{}`, `{"a":"y"}`, `{"a":["x"]}`, `{"a":""}`}},
		{"a=1", `{"a":"1"}`, []string{`{"a":1}`}},
		{"a=true", `{"a":"true"}`, []string{`{"a":true}`}},
		{"a=", `{"a":""}`, []string{`{}`, `{"a":null}`, `{"a":1}`}},
		{"a:text", `{"a":"x"}`, []string{`{}`, `{"a":""}`, `{"a":1}`, `{"a":null}`, `{"a":{"b":"x"}}`}},
		{"a:object", `{"a":{}}`, []string{`{}`, `{"a":[]}`, `{"a":"{}"}`, `{"a":null}`}},
		{"a:list", `{"a":[]}`, []string{`{}`, `{"a":{}}`, `{"a":"[]"}`, `{"a":null}`}},
		{"a:number", `{"a":0}`, []string{`{}`, `{"a":"0"}`, `{"a":true}`, `{"a":null}`}},
		{"a.b:text", `{"a":{"b":"x"}}`, []string{`{"a":"x"}`, `{"b":"x"}`, `{"a":{"b":1}}`}},
		{"a.b:text", `{"a.b":"x"}`, []string{`{"a.b":1,"a":{"b":"x"}}`}}, // the name with the dot comes first
	} {
		if !(trigger.Shape{c.entry}).Fits(draft.MembersOf(gjson.Parse(c.fit))) {
			t.Errorf("%s does not fit %s", c.fit, c.entry)
		}
		for _, object := range c.not {
			if (trigger.Shape{c.entry}).Fits(draft.MembersOf(gjson.Parse(object))) {
				t.Errorf("%s fits %s", object, c.entry)
			}
		}
	}
}

func TestAShapeNeedsAllItsMembers(t *testing.T) {
	shape := trigger.Shape{"a:text", "b:number"}
	for object, want := range map[string]bool{`{"a":"x","b":1,"c":2}`: true, `{"a":"x"}`: false, `{"b":1}`: false, `[{"a":"x","b":1}]`: false} {
		if shape.Fits(draft.MembersOf(gjson.Parse(object))) != want {
			t.Errorf("%s: fits is not %t", object, want)
		}
	}
}

// A batch belongs to its source if one of its records does: a broken one beside it must not send the rest elsewhere.
func TestABatchFitsIfOneOfItsRecordsDoes(t *testing.T) {
	for payload, want := range map[string]bool{
		`{"Records":[{"eventSource":"q","id":"1"}]}`:                true,
		`{"Records":[{"EventSource":"q","id":"1"}]}`:                true,
		`{"Records":[{"eventSource":"q"},7,{"id":"1"}]}`:            true,
		`{"Records":[{"eventSource":"q","id":"1"},{"id":2},"id"]}`:  true,
		`{"Records":[{"eventSource":"q"}]}`:                         false,
		`{"Records":[{"eventSource":"another","id":"1"}]}`:          false,
		`{"Records":[{"id":"1"},{"eventSource":"q","id":"1"}]}`:     false, // the first one says what they are
		`{"Records":[{"eventSource":"","EventSource":"q","id":1}]}`: false,
		`{"Records":{"0":{"eventSource":"q","id":"1"}}}`:            false,
		`{"records":[{"eventSource":"q","id":"1"}]}`:                false,
	} {
		if trigger.Look([]byte(payload)).HasRecords("q", trigger.Shape{"id:text"}) != want {
			t.Errorf("%s: has records is not %t", payload, want)
		}
	}
}
