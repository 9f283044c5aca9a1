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
			`{"n":[{"m":"a"}]}`, `{"m":"b"}`, `{"n":"a","n":"b"}`, `{"n":"\ud83d"}`, `{}`, `null`, `{"n":{"m":["a",5]}}`}).Draw(rt, "its data"))
		r := &core.Record{Event: e}
		got, gotErr := matchingNames(rt, set, r)
		want, wantErr := matchingNames(rt, &Set{rules: set.rules}, r)
		if !slices.Equal(got, want) || gotErr != nil && wantErr == nil {
			rt.Fatalf("with index %v, %v; without %v, %v; data %s\n%s", got, gotErr, want, wantErr, e.Data(), file.String())
		}
	})
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
