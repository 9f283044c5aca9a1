package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// sharing is a rule with the same paths as all others of its kind, in its pattern and its templates. The index cannot
// exclude any of them.
const sharing = `{pattern: {data: {size: [{numeric: [">", %d]}], site: {floor: [{exists: true}]}}}, vars: {last: "$.data.list[900].id"},
  topic: "a/${$.data['site'].floor}", payload: {template: '${last} ${$.data.size} ${last} ${$.data.site["floor"]}'}}`

func parseRules(tb testing.TB, rules ...string) *Set {
	tb.Helper()
	set, err := Parse("shared.yaml", []byte("rules: [\n"+strings.Join(rules, ",\n")+"]"))
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func sharingRules(count int) (list []string) {
	for i := range count {
		list = append(list, fmt.Sprintf(sharing, i-count))
	}
	return list
}

func sharedRecord() *core.Record {
	e := event.New()
	e.SetID("1")
	e.SetSource("/s")
	e.SetType("t")
	e.DataEncoded = []byte(`{"size":7,"site":{"floor":"2"},"list":[` + strings.Repeat("0,", 900) + `{"id":"x"}]}`)
	return &core.Record{Event: e}
}

// deliveries returns all messages of a set for an event. An invalid event has none.
func deliveries(tb testing.TB, set *Set, r *core.Record) (list []core.Delivery, lookups int, err error) {
	tb.Helper()
	v, err := cloudevent.NewView(r)
	if err != nil {
		tb.Fatal(err)
	}
	matching, err := set.AppendMatching(nil, v)
	for _, rule := range matching {
		list = append(list, rule.Render(v, time.Time{})...)
	}
	return list, v.Lookups, err
}

func TestPathsThatRulesShareAreLookedUpOnceAnEvent(t *testing.T) {
	_, two, _ := deliveries(t, parseRules(t, sharingRules(2)...), sharedRecord())
	list, many, err := deliveries(t, parseRules(t, sharingRules(200)...), sharedRecord())
	if err != nil || len(list) != 200 || list[199].Topic != "a/2" || list[199].Payload != "x 7 x 2" {
		t.Fatalf("%d deliveries, the last %+v: %v", len(list), list[len(list)-1], err)
	}
	if two != 6 || many != two { // size, site and its floor, list and its last element's id
		t.Errorf("2 rules looked up %d names and places, 200 rules %d, want 6 each", two, many)
	}
}

// Rules that share lookups match and render as they do alone.
func TestRulesThatShareLookupsMatchAsAlone(t *testing.T) {
	paths := []string{"$.data.a", "$.data['a']", "$.data.a.b", "$.data.a[1]", "$.data.a[1].b", "$.data.c", "$.data.a.b.c", "$.type"}
	patterns := []string{"{data: {a: {b: [x, 5]}}}", "{data: {a: [{exists: true}]}}", "{data: {a: {b: [{exists: false}]}}}",
		"{data: {$or: [{a: {b: [x]}}, {c: [{exists: true}]}]}}", "{data: {a: {b: {c: [{exists: true}]}}, c: [{exists: false}]}}", "{type: [t]}"}
	data := []string{`{"a":{"b":"x"},"c":1}`, `{"a":[{"b":"x"},{"b":5}]}`, `{"a":{"b":"x","b":5}}`, `{"a":[{"b":1,"b":2},{"c":3}],"c":null}`, `{"a":"x","a":"y"}`, `{"a":{"b":"x","b":5},"c":1}`, `{"a":{"b":{"c":1,"c":2}},"c":1}`,
		`{"a":{"b":{"c":"\ud83d"}}}`, `{"a":{"b":{"c":"z"}},"c":"w"}`, `[{"a":{"b":"x"}}]`, `"{\"a\":{\"b\":\"x\"}}"`, `{"c":"{\"a\":{\"b\":\"x\"}}"}`, `5`}
	rapid.Check(t, func(rt *rapid.T) {
		var rules []string
		for i := range rapid.IntRange(2, 6).Draw(rt, "rules") {
			rule := fmt.Sprintf(`{name: r%d, topic: "a/${%s:-none}", payload: {template: "p ${%s:-none} ${%s:-none}"}`, i,
				rapid.SampledFrom(paths).Draw(rt, "topic"), rapid.SampledFrom(paths).Draw(rt, "first"), rapid.SampledFrom(paths).Draw(rt, "second"))
			if rapid.Bool().Draw(rt, "has pattern") {
				rule += ", pattern: " + rapid.SampledFrom(patterns).Draw(rt, "pattern")
			}
			if rapid.Bool().Draw(rt, "unwraps") {
				rule += ", unwrap: $.data.c"
			}
			rules = append(rules, rule+"}")
		}
		r := sharedRecord()
		r.Event.DataEncoded = []byte(rapid.SampledFrom(data).Draw(rt, "data"))
		var want []core.Delivery
		invalid := false
		for _, rule := range rules {
			list, _, err := deliveries(t, parseRules(t, rule), r)
			want, invalid = append(want, list...), invalid || err != nil
		}
		got, _, err := deliveries(t, parseRules(t, rules...), r)
		if invalid {
			want = nil
		}
		if described := describe(got); (err != nil) != invalid || !slices.Equal(described, describe(want)) {
			rt.Fatalf("%s\n%s: together %q, %v; alone %q, invalid %v", strings.Join(rules, "\n"), r.Event.Data(), described, err, describe(want), invalid)
		}
	})
}

func TestUnwrapKeepsFaultsOfOtherRules(t *testing.T) {
	const asks = "{pattern: {data: {a: [x]}}, topic: a/b, payload: original}"
	const unwraps = "{unwrap: $.data.inside, pattern: {type: [t]}, topic: a/b, payload: original}"
	r := sharedRecord()
	r.Event.DataEncoded = []byte(`{"a":"x","a":"y","inside":"{}"}`)
	for _, rules := range [][]string{{asks}, {asks, unwraps}, {unwraps, asks}} {
		if _, _, err := deliveries(t, parseRules(t, rules...), r); fault.Of(err).Code != fault.CodeDuplicateName {
			t.Errorf("%s: got %v, want DuplicateName: the rule with the pattern looked at a", rules, err)
		}
	}
}

func describe(list []core.Delivery) (described []string) {
	for _, d := range list {
		described = append(described, fmt.Sprintf("%s: %s %s %v", d.Rule, d.Topic, d.Payload, d.Err))
	}
	return described
}

// BenchmarkSharedPaths evaluates many rules with the same paths for one event.
func BenchmarkSharedPaths(b *testing.B) {
	for _, count := range []int{1, 2, 8, 200} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			set, r := parseRules(b, sharingRules(count)...), sharedRecord()
			b.ReportAllocs()
			for b.Loop() {
				if list, _, err := deliveries(b, set, r); err != nil || len(list) != count {
					b.Fatal(len(list), err)
				}
			}
		})
	}
}
