package rules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

func recordOf(t testing.TB, data string) *core.Record {
	t.Helper()
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"42","source":"/s","type":"created","data":` + data + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return &core.Record{Event: e}
}

// errorOf returns the error of an event, or of the first of its messages that has one.
func errorOf(set *rules.Set, r *core.Record) error {
	plans, err := set.Plans(r, rulestest.Noon)
	if err != nil {
		return err
	}
	for _, p := range plans {
		for _, d := range p.Deliveries {
			if d.Err != nil {
				return d.Err
			}
		}
	}
	return nil
}

// An object that a rule reads must not have duplicate names, in whatever part of the rule the path is and however it is
// written. Objects that no rule reads are not checked.
func TestDuplicateNamesThatARuleReads(t *testing.T) {
	many := `{"n0":0`
	for i := range 100 {
		many += fmt.Sprintf(`,"n%d":%d`, i+1, i+1)
	}
	const message = "topic: a/b, payload: {constant: x}"
	for _, c := range []struct{ rule, data, path string }{
		{"{pattern: {data: {a: [1]}}, " + message + "}", `{"a":1,"a":2}`, "$.data.a"},
		{"{pattern: {data: {a: [2]}}, " + message + "}", `{"a":1,"a":2}`, "$.data.a"},
		{"{pattern: {data: {a: [3]}}, " + message + "}", `{"a":1,"\u0061":2}`, "$.data.a"},
		{"{pattern: {data: {b: [1]}}, " + message + "}", `{"b":1,"x y":2,"x y":2}`, "$.data['x y']"},
		{"{pattern: {data: {z: [{exists: false}]}}, " + message + "}", `{"a":1,"a":1}`, "$.data.a"},
		{"{pattern: {data: {o: {p: {q: [1]}}}}, " + message + "}", `{"o":{"p":{"q":1,"r":{},"q":1}}}`, "$.data.o.p.q"},
		{"{pattern: {data: {list: {n: [2]}}}, " + message + "}", `{"list":[{"n":1,"n":2}]}`, "$.data.list.n"},
		{"{pattern: {$or: [{data: {a: [1]}}, {data: {b: [1]}}]}, " + message + "}", `{"a":9,"b":1,"b":1}`, "$.data.b"},
		{`{topic: "a/${$.data.a}", payload: {constant: x}}`, `{"a":"x","a":"y"}`, "$.data.a"},
		{`{topic: a/b, payload: {template: "${$.data.o.n}"}}`, `{"o":{"n":1,"N":2,"n":3}}`, "$.data.o.n"},
		{`{topic: a/b, payload: {template: '{"n": ${$.data.o.n}}'}}`, `{"o":{"n":1,"x":2,"x":3}}`, "$.data.o.x"},
		{`{topic: a/b, payload: {jsonpath: $.data.o.n}}`, `{"o":{"n":1,"n":2}}`, "$.data.o.n"},
		{`{topic: a/b, vars: {v: "$.data.list[1].n"}, payload: {template: "${v}"}}`, `{"list":[{},{"n":1,"n":2}]}`, "$.data.list[1].n"},
		{`{topic: a/b, each: $.data.o.list, payload: {jsonpath: "@"}}`, `{"o":{"list":[1],"list":[2]}}`, "$.data.o.list"},
		{`{topic: a/b, each: $.data.list, where: {n: [1]}, payload: {jsonpath: "@"}}`, `{"list":[{"n":1,"n":2}]}`, "@.n"},
		{`{topic: "a/${@.n}", each: $.data.list, payload: {constant: x}}`, `{"list":[{"n":1},{"n":1,"n":2}]}`, "@.n"},
		{"{pattern: {data: {n100: [100]}}, " + message + "}", many + `,"n50":1}`, "$.data.n50"},
		{"{pattern: {data: {n100: [100]}}, " + message + "}", many + `}`, ""},
		{"{pattern: {data: {a: [1]}}, " + message + "}", `{"a":1,"b":{"c":1,"c":2}}`, ""},
		{"{pattern: {data: {a: {b: [1]}}}, " + message + "}", `{"a":{"b":1},"c":[{"d":1,"d":1}]}`, ""},
		{`{topic: a/b, payload: original}`, `{"a":1,"a":2}`, ""},
		{`{topic: a/b, payload: {jsonpath: $.data}}`, `{"a":1,"a":2}`, ""},
		{`{topic: a/b, payload: {template: "${$.data.list[0]}"}}`, `{"list":[{"a":1,"a":2}]}`, ""},
	} {
		err := errorOf(rulestest.Parse(t, "rules: ["+c.rule+"]"), recordOf(t, c.data))
		switch {
		case c.path == "" && err == nil:
		case c.path == "" || err == nil || fault.Of(err).Code != "DuplicateName" || fault.Of(err).Class != "message" || !strings.Contains(err.Error(), c.path+" is given twice"):
			t.Errorf("%s with %.60s: %v, want %q", c.rule, c.data, err, c.path)
		}
	}
}

// A text with half a surrogate pair is rejected, because its meaning is unknown.
func TestHalfOfASurrogatePairIsRefused(t *testing.T) {
	for _, c := range []struct {
		rule, data string
		refused    bool
	}{
		{`{pattern: {data: {a: [x]}}, topic: a/b, payload: original}`, `{"a":"\ud83d"}`, true},
		{`{pattern: {data: {a: [{prefix: x}]}}, topic: a/b, payload: original}`, `{"a":["ok","x\uDE00"]}`, true},
		{`{pattern: {data: {a: [{anything-but: x}]}}, topic: a/b, payload: original}`, `{"a":"\ud83d\ud83d"}`, true},
		{`{topic: "a/${$.data.a}", payload: original}`, `{"a":"\ud83d"}`, true},
		{`{topic: a/b, payload: {template: "${$.data.a}"}}`, `{"a":"\\\udfff"}`, true},
		{`{topic: a/b, payload: {template: '{"x": "${$.data.a}"}'}}`, `{"a":"\ud83dx"}`, true},
		{`{topic: a/b, payload: {template: "${join:$.data.a}"}}`, `{"a":["\ud83d"]}`, true},
		{`{topic: a/b, payload: {template: "${lower:$.data.a}"}}`, `{"a":"\ud83d"}`, true},
		{`{topic: a/b, payload: {jsonpath: $.data.a}}`, `{"a":"\ud83d"}`, true},
		{`{topic: a/b, vars: {v: {path: $.data.a, match: "."}}, payload: {template: "${v}"}}`, `{"a":"\ud83d"}`, true},
		{`{topic: a/b, payload: {jsonpath: $.data.a}}`, `{"a":"\ud83d\ude00 \\ud83d \uD83D\uDE00\u00e9"}`, false},
		{`{topic: a/b, payload: {template: '{"x": ${$.data.a}}'}}`, `{"a":"\ud83d"}`, false}, // copied unchanged
		{`{topic: a/b, payload: original}`, `{"a":"\ud83d"}`, false},
		{`{pattern: {data: {b: [1]}}, topic: a/b, payload: original}`, `{"a":"\ud83d","b":1}`, false},
	} {
		err := errorOf(rulestest.Parse(t, "rules: ["+c.rule+"]"), recordOf(t, c.data))
		if (err != nil) != c.refused || err != nil && (fault.Of(err).Class != "message" || !strings.Contains(err.Error(), "half of a surrogate pair")) {
			t.Errorf("%s with %s: %v", c.rule, c.data, err)
		}
	}
}

// A device that uses the standard library's JSON reader sees the value that the rule has matched.
func FuzzMatchedValueIsSent(f *testing.F) {
	for _, data := range []string{
		`{"a":"x"}`, `{"a":"y","a":"x"}`, `{"a":"x","a":"y"}`, `{"\u0061":"x"}`, `{"a":"x","\u0061":"y"}`, `{"b":{"a":"x"},"a":["x"]}`,
		`{"a":"\ud83d"}`, `{"a":"\u0078"}`, `[{"a":"x"}]`, `{"a":{"a":"x"}}`, "{\"a\":\"x\",\"A\":\"y\"}", `{"a":1e2}`, `{"a":100}`,
	} {
		f.Add(data)
	}
	set := rulestest.Parse(f, `rules: [{pattern: {data: {a: [x, 100]}}, topic: a/b, payload: original}]`)
	f.Fuzz(func(t *testing.T, data string) {
		e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/json","data":` + data + `}`))
		if err != nil {
			return
		}
		plans, err := set.Plans(&core.Record{Event: e}, rulestest.Noon)
		if err != nil || plans[0].Mismatch != "" || plans[0].Deliveries[0].Err != nil {
			return
		}
		var sent struct {
			Data any `json:"data"`
		}
		if err := json.Unmarshal([]byte(plans[0].Deliveries[0].Payload), &sent); err != nil {
			t.Fatalf("%s was sent as %s: %v", data, plans[0].Deliveries[0].Payload, err)
		}
		if !hasAtA(sent.Data) {
			t.Fatalf("%s matched, and a device reads %v", data, sent.Data)
		}
	})
}

// hasAtA reports whether a value has x or 100 at the name a. It looks into arrays as patterns do.
func hasAtA(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			if hasAtA(element) {
				return true
			}
		}
	case map[string]any:
		return isWanted(v["a"])
	}
	return false
}

func isWanted(v any) bool {
	if list, ok := v.([]any); ok {
		for _, element := range list {
			if isWanted(element) {
				return true
			}
		}
	}
	return v == "x" || v == 100.0
}
