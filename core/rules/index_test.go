package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// The index never excludes a rule that matches, for any rules and events.
func TestTheIndexLeavesOutNoRule(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "b", "/x", "/工", "/%E5%B7%A5", "5", "true"})
	clause := rapid.SampledFrom([]string{"[%q]", "[%q, b]", "[{prefix: %q}]", "[%q, {exists: false}]", "[%q, 5]", "[{anything-but: %q}]"})
	rapid.Check(t, func(rt *rapid.T) {
		var file strings.Builder
		file.WriteString("rules:\n")
		for range rapid.IntRange(fewRules+1, 20).Draw(rt, "rules") {
			var parts []string
			for _, name := range []string{"type", "source", "subject", "data"} {
				if !rapid.Bool().Draw(rt, name) {
					continue
				}
				want := fmt.Sprintf(clause.Draw(rt, "clause"), word.Draw(rt, "word"))
				if name == "data" {
					want = rapid.SampledFrom([]string{"%s", "{n: %s}", "{n: {m: %s}}", "{$or: [{n: %s}, {m: [b]}]}"}).Draw(rt, "nesting")
					want = strings.Replace(want, "%s", fmt.Sprintf(clause.Draw(rt, "below"), word.Draw(rt, "value")), 1)
				}
				parts = append(parts, name+": "+want)
			}
			if len(parts) == 0 {
				parts = append(parts, "id: [{exists: true}]")
			}
			fmt.Fprintf(&file, "- {pattern: {%s}, topic: a/b, payload: original}\n", strings.Join(parts, ", "))
		}
		set, err := Parse("index.yaml", []byte(file.String()))
		if err != nil {
			rt.Fatalf("%v\n%s", err, file.String())
		}
		e := event.New()
		e.SetID("1")
		e.SetSource(word.Draw(rt, "its source"))
		e.SetType(word.Draw(rt, "its type"))
		e.SetSubject(word.Draw(rt, "its subject"))
		e.DataEncoded = []byte(rapid.SampledFrom([]string{`"a"`, `5`, `["a","b"]`, `{"n":"a"}`, `{"n":["b","a"]}`, `{"n":{"m":"a"}}`, `[{"n":"b"},{"n":{"m":"b"}}]`,
			`{"n":[{"m":"a"}]}`, `{"m":"b"}`, `{"n":"a","n":"b"}`, `{"n":"\ud83d"}`, `{}`, `null`, `{"n":{"m":["a",5]}}`, `a`, `/工`}).Draw(rt, "its data"))
		r := &core.Record{Event: e}
		got, gotErr := matchingNames(rt, set, r)
		want, wantErr := matchingNames(rt, &Set{rules: set.rules}, r)
		if !slices.Equal(got, want) || gotErr != nil && wantErr == nil {
			rt.Fatalf("with index %v, %v; without %v, %v; data %s\n%s", got, gotErr, want, wantErr, e.Data(), file.String())
		}
	})
}

// An event is compared only with the rules that require one of its texts, and with those that require none.
func TestTheIndexSelectsFewOfManyRules(t *testing.T) {
	for _, c := range []struct {
		pattern, event string // %d in the pattern is the number of the rule
		want           []int
	}{
		{"{type: [t%d]}", `"type":"t3"`, []int{3}},
		{"{type: [t%d]}", `"type":"t77"`, nil},
		{"{type: [t%d, u]}", `"type":"u"`, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"{type: [{prefix: t%d.}]}", `"type":"t3.x"`, []int{3}},
		{"{type: [t%d], data: {site: [s]}}", `"type":"t3","data":{"site":"s"}`, []int{3}},
		{"{type: [t], data: {site: [s%d]}}", `"type":"t","data":{"site":"s3"}`, []int{3}},
		{"{source: [/s], type: [t%d], data: {site: [{prefix: s}]}}", `"source":"/s","type":"t3","data":{"site":"s3"}`, []int{3}},
		{"{source: ['/工%d']}", `"source":"/%E5%B7%A53"`, []int{3}},
		{"{source: ['/%%E5%%B7%%A5%d']}", `"source":"/工3"`, []int{3}},
		{"{data: [x%d]}", `"data":"x3"`, []int{3}},
		{"{data: [x%d]}", `"datacontenttype":"text/plain","data":"x3"`, []int{3}},
		{"{data: [x%d]}", `"data":{"n":"x3"}`, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"{data: {n: [x%d]}}", `"datacontenttype":"text/plain","data":"x3"`, nil},
		{"{data: {n: [x%d]}}", `"data":[{"n":"x3"}]`, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"{data: {n: [x%d]}}", `"data":{"n":"x3"}`, []int{3}},
		{"{data: {n: [x%d]}}", `"data":{"n":3}`, nil},
	} {
		var rules []string
		for i := range 9 {
			rules = append(rules, "{pattern: "+fmt.Sprintf(c.pattern, i)+", topic: a/b, payload: original}")
		}
		got := candidates(t, parseRules(t, rules...), c.event)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %s is compared with %v, want %v", c.pattern, c.event, got, c.want)
		}
		got = candidates(t, parseRules(t, append(rules, "{topic: a/b, payload: original}", "{unwrap: $.data.in, pattern: {data: {n: [x3]}}, topic: a/b, payload: original}")...), c.event)
		if want := append(c.want, 9, 10); !slices.Equal(got, want) {
			t.Errorf("%s and two rules that require no text: %s is compared with %v, want %v", c.pattern, c.event, got, want)
		}
	}
}

func candidates(t *testing.T, set *Set, members string) []int {
	t.Helper()
	text := `{"specversion":"1.0","id":"1","` + strings.TrimPrefix(members, `"`) + "}"
	for _, member := range []string{`"source":"/x"`, `"type":"x"`} {
		if name, _, _ := strings.Cut(member, ":"); !strings.Contains(text, name) {
			text = strings.TrimSuffix(text, "}") + "," + member + "}"
		}
	}
	e, err := cloudevent.DecodeEvent([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := cloudevent.NewView(&core.Record{Event: e})
	if err != nil {
		t.Fatal(err)
	}
	return set.index.candidates(v)
}

// Eight rules are compared one after the other, more with an index: then an event reads only what it needs for the few rules
// that may match.
func TestManyRulesReadLittleOfAnEvent(t *testing.T) {
	for count, want := range map[int]int{8: 9, 9: 3, 300: 3} {
		var rules []string
		for i := range count {
			rules = append(rules, fmt.Sprintf("{pattern: {data: {at%d: [{exists: true}], kind: [k%d]}}, topic: a/b, payload: original}", i, i))
		}
		set := parseRules(t, rules...)
		e := event.New()
		e.SetID("1")
		e.SetSource("/s")
		e.SetType("t")
		e.DataEncoded = []byte(`{"kind":"k3","at3":1}`)
		list, lookups, err := deliveries(t, set, &core.Record{Event: e})
		if err != nil || len(list) != 1 || lookups != want {
			t.Errorf("%d rules: %d messages, %d names looked up, want 1 and %d; error %v", count, len(list), lookups, want, err)
		}
	}
}

func matchingNames(t *rapid.T, s *Set, r *core.Record) (names []string, err error) {
	v, err := cloudevent.NewView(r)
	if err != nil {
		t.Fatal(err)
	}
	matching, err := s.AppendMatching(nil, v)
	for _, rule := range matching {
		names = append(names, rule.name)
	}
	return names, err
}

// BenchmarkManyRules evaluates many rules, one of which matches, for one event.
func BenchmarkManyRules(b *testing.B) {
	for _, c := range []struct {
		name, pattern string
		count         int
	}{
		{"1", "{type: [t%d], data: {site: [{prefix: s}]}}", 1},
		{"10000 types", "{type: [t%d], data: {site: [{prefix: s}]}}", 10_000},
		{"10000 sources", "{source: [/s%d], data: {site: [{prefix: s}]}}", 10_000},
		{"10000 values", "{data: {site: [s%d]}}", 10_000},
		{"10000 values of one type", "{type: [t0], data: {site: [s%d]}}", 10_000},
		{"1000 prefixes", "{data: {site: [{prefix: s%d}]}}", 1_000},
	} {
		b.Run(c.name, func(b *testing.B) {
			var file strings.Builder
			file.WriteString("rules:\n")
			for i := range c.count {
				fmt.Fprintf(&file, "- {pattern: "+c.pattern+", topic: a/b, payload: original}\n", i)
			}
			set, err := Parse("many.yaml", []byte(file.String()))
			if err != nil {
				b.Fatal(err)
			}
			e := event.New()
			e.SetID("1")
			e.SetSource("/s0")
			e.SetType("t0")
			e.DataEncoded = []byte(`{"filler":"` + strings.Repeat("x", 900) + `","site":"s0"}`)
			r := &core.Record{Event: e}
			b.ReportAllocs()
			for b.Loop() {
				v, err := cloudevent.NewView(r)
				if err != nil {
					b.Fatal(err)
				}
				if matching, err := set.AppendMatching(nil, v); err != nil || len(matching) != 1 {
					b.Fatal(len(matching), err)
				}
			}
		})
	}
}
