package pattern

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/goccy/go-yaml/parser"
	"github.com/tidwall/gjson"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

// There are few names and texts, so that many patterns match.
var (
	anyName   = rapid.SampledFrom([]string{"a", "é.*", ""})
	anyText   = rapid.SampledFrom([]string{"", "a", "A", "ab", "aab", "ba", "K", "\u212a", "1", "1.0", "true", "null", "*", `\`, "10.1.2.3", "::1", "é\U0001f600", "\u2028\n"})
	anyNumber = rapid.Map(rapid.SampledFrom([]string{"0", "-0", "1", "1.0", "10e-1", "2", "1.5", "-1", "1e30", "9007199254740993", "9007199254740992"}),
		func(s string) any { return json.Number(s) })
	anyScalar = rapid.OneOf(rapid.Map(anyText, func(s string) any { return s }), anyNumber, rapid.SampledFrom([]any{true, false, nil}))
	someTexts = rapid.OneOf(rapid.Map(moreText, func(s string) any { return s }), rapid.Map(rapid.SliceOfN(moreText, 1, 3), func(s []string) any { return s }))
	moreText  = anyText.Filter(func(s string) bool { return s != "" })
)

func anyContent(depth int) *rapid.Generator[any] {
	if depth == 0 {
		return anyScalar
	}
	inner := rapid.Deferred(func() *rapid.Generator[any] { return anyContent(depth - 1) })
	return rapid.OneOf(anyScalar,
		rapid.Map(rapid.SliceOfN(inner, 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(anyName, inner, 0, 4), func(o map[string]any) any { return o }))
}

func anyMatcher(t *rapid.T) any {
	ignoreCase := func(operand any) any { return map[string]any{"equals-ignore-case": operand} }
	all := map[string]any{}
	for range rapid.IntRange(1, 2).Draw(t, "matchers") {
		switch name := rapid.SampledFrom([]string{"prefix", "suffix", "contains", "anything-but", "numeric", "cidr", "exists", "wildcard", "equals-ignore-case"}).Draw(t, "matcher"); name {
		case "prefix", "suffix":
			all[name] = someTexts.Draw(t, "texts")
			if rapid.Bool().Draw(t, "ignore case") {
				all[name] = ignoreCase(all[name])
			}
		case "equals-ignore-case", "contains":
			all[name] = someTexts.Draw(t, "texts")
		case "wildcard":
			all[name] = rapid.StringMatching(`\*?([aAb1é]|\\\*|\\\\){1,2}(\*(a|b|\\\*)){0,2}\*?`).Draw(t, "wildcard")
		case "cidr":
			all[name] = rapid.SampledFrom([]string{"10.0.0.0/8", "10.1.2.2/31", "0.0.0.0/0", "::/0", "::2/128"}).Draw(t, "network")
		case "numeric":
			all[name] = rapid.OneOf(
				rapid.Custom(func(t *rapid.T) []any {
					return []any{rapid.SampledFrom(operators()).Draw(t, "operator"), anyNumber.Draw(t, "limit")}
				}),
				rapid.Just([]any{">", json.Number("0"), "<=", json.Number("1.5")})).Draw(t, "numeric")
		case "exists":
			return map[string]any{"exists": rapid.Bool().Draw(t, "exists")}
		case "anything-but":
			all[name] = rapid.OneOf(anyScalar, rapid.Map(rapid.SliceOfN(anyScalar, 1, 3), func(l []any) any { return l }),
				rapid.Map(someTexts, ignoreCase),
				rapid.Map(someTexts, func(operand any) any { return map[string]any{"prefix": operand} }),
				rapid.Map(someTexts, func(operand any) any { return map[string]any{"contains": operand} }),
				rapid.Map(someTexts, func(operand any) any { return map[string]any{"suffix": ignoreCase(operand)} })).Draw(t, "unwanted")
		}
	}
	return all
}

var anyValues = rapid.Map(rapid.SliceOfN(rapid.OneOf(anyScalar, rapid.Custom(anyMatcher)), 1, 3), func(l []any) any { return l })

func anyFields(depth int) *rapid.Generator[any] {
	inner := anyValues
	if depth > 0 {
		inner = rapid.OneOf(anyValues, rapid.Deferred(func() *rapid.Generator[any] { return anyFields(depth - 1) }))
	}
	fields := rapid.Map(rapid.MapOfN(anyName, inner, 1, 2), func(o map[string]any) any { return o })
	return rapid.Custom(func(t *rapid.T) any {
		drawn := fields.Draw(t, "fields").(map[string]any)
		if depth > 0 && rapid.IntRange(0, 3).Draw(t, "or") == 0 {
			drawn["$or"] = rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return anyFields(depth - 1) }), 2, 3).Draw(t, "alternatives")
		}
		return drawn
	})
}

// shapedLike draws a pattern that is likely to match a value: it has the value's structure, and sometimes its scalars.
func shapedLike(t *rapid.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		fields := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if len(fields) == 0 || rapid.Bool().Draw(t, "one more") {
				fields[name] = shapedLike(t, v[name])
			}
		}
		if len(fields) > 0 {
			if rapid.IntRange(0, 4).Draw(t, "or") == 0 {
				return map[string]any{"$or": []any{fields, anyFields(1).Draw(t, "alternative")}}
			}
			return fields
		}
	case []any:
		if len(v) > 0 {
			return shapedLike(t, rapid.SampledFrom(v).Draw(t, "element"))
		}
	default:
		if rapid.Bool().Draw(t, "the very value") {
			return []any{v}
		}
	}
	return anyValues.Draw(t, "values")
}

// asJSON encodes a drawn value, and also returns it as a decoder would return it.
func asJSON(t *rapid.T, v any) (string, any) {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := refDecode(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(text), decoded
}

func compileJSON(t *rapid.T, text string, element bool) *Pattern {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		t.Fatal(err)
	}
	m := &strictyaml.Reporter{}
	p := Compile(file.Docs[0].Body, element, m)
	if p == nil {
		t.Fatalf("%s: %v", text, m.List)
	}
	return p
}

func TestPatternAgreesWithReference(t *testing.T) {
	outcomes := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		drawn := map[string]any{"a": anyContent(3).Draw(t, "a"), "": anyContent(2).Draw(t, "empty")}
		content, got := asJSON(t, drawn)
		v := &cloudevent.View{Element: gjson.Parse(content)}
		for _, drawn := range []any{anyFields(2).Draw(t, "pattern"), shapedLike(t, drawn), shapedLike(t, drawn), shapedLike(t, drawn)} {
			pattern, want := asJSON(t, drawn)
			p := compileJSON(t, pattern, true)
			expected := refMatch(want, got)
			outcomes[expected]++
			if p.Match(v) != expected || (p.Explain(v) == "") != expected {
				t.Fatalf("%s on %s: match %v, reference %v, explain %q", pattern, content, p.Match(v), expected, p.Explain(v))
			}
		}
	})
	if outcomes[true] < 30 || outcomes[false] < 30 {
		t.Errorf("the property saw too little of one outcome: %v", outcomes)
	}
}

func TestAttributePatternAgreesWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(anyScalar, rapid.Custom(anyMatcher)), 1, 3)
		pattern, want := asJSON(t, map[string]any{"subject": values.Draw(t, "subject"), "n": values.Draw(t, "n")})
		p := compileJSON(t, pattern, false)
		got := map[string]any{}
		ec := &event.EventContextV1{}
		if subject := anyText.Draw(t, "has subject"); subject != "" {
			got["subject"], ec.Subject = refText(subject), &subject
		}
		if n := anyText.Draw(t, "has n"); n != "" {
			got["n"], ec.Extensions = refText(n), map[string]any{"n": n}
		}
		v := &cloudevent.View{Record: &core.Record{}, Context: ec}
		if match, expected := p.Match(v), refMatch(want, got); match != expected {
			t.Fatalf("%s on %v: match %v, reference %v", pattern, got, match, expected)
		}
	})
}
