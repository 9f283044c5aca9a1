package template_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

// anyValue is the place of a placeholder outside quotes in a template's structure. Any JSON may be there.
const anyValue = "\x00anyValue"

// shapedJSON draws a JSON template and its structure: the value that it must become, except for the texts of strings and
// the values of placeholders.
func shapedJSON(t *rapid.T, depth int) (template string, shape any) {
	kinds := []string{"string", "anyValue", "number"}
	if depth > 0 {
		kinds = append(kinds, "object", "array")
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "string":
		part := rapid.SampledFrom([]string{"a", `\"`, `\\`, `\u00e9`, "${$.data.a}", "${$.data.b:-\"}", "${$.subject}", "${lower:$.data.a}", "${join:$.data.b:-}", "$${", "$$", "{", "]"})
		return `"` + strings.Join(rapid.SliceOfN(part, 0, 4).Draw(t, "string"), "") + `"`, "text"
	case "anyValue":
		return rapid.SampledFrom([]string{"${$.data.a}", "${$.data.b:-[]}", "${$.data.b:-\"{}\"}", "${$.subject}", "${trim:$.data.a}", "${unixms:now}", "${rule}"}).Draw(t, "anyValue"), anyValue
	case "number":
		return " -1.5e3 ", -1.5e3
	case "object":
		object, members := map[string]any{}, []string{}
		for i := range rapid.IntRange(0, 3).Draw(t, "members") {
			name := fmt.Sprint("name", i)
			member, inner := shapedJSON(t, depth-1)
			object[name] = inner
			members = append(members, rulestest.JSONString(name)+" : "+member)
		}
		return "{" + strings.Join(members, ",") + "}", object
	}
	var array []any
	var elements []string
	for range rapid.IntRange(0, 3).Draw(t, "elements") {
		element, inner := shapedJSON(t, depth-1)
		array, elements = append(array, inner), append(elements, element)
	}
	return "[" + strings.Join(elements, "\n,") + "]", array
}

// fits reports whether a rendered value has the structure of its template.
func fits(got, shape any) bool {
	switch shape := shape.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		for name, inner := range shape {
			ok = ok && fits(object[name], inner)
		}
		return ok && len(object) == len(shape)
	case []any:
		array, ok := got.([]any)
		ok = ok && len(array) == len(shape)
		for i := 0; ok && i < len(shape); i++ {
			ok = fits(array[i], shape[i])
		}
		return ok
	case string:
		_, ok := got.(string)
		return ok || shape == anyValue
	}
	return cmp.Equal(got, shape)
}

// A JSON template becomes JSON with the template's structure for any event.
func TestJSONTemplateKeepsItsShape(t *testing.T) {
	value := rapid.OneOf(
		rapid.SampledFrom([]string{`"x\", \"y"`, `{"a":"}"}`, "[1,[2]]", "null", `""`, "1e40", "-0", "true", `"\ud800"`}),
		rapid.Map(rapid.String(), rulestest.JSONString))
	rapid.Check(t, func(t *rapid.T) {
		template, shape := shapedJSON(t, 3)
		if !strings.HasPrefix(template, "[") && !strings.HasPrefix(template, "{") {
			template, shape = "["+template+"]", []any{shape}
		}
		list, err := rules.Parse("", []byte(`{"rules":[{"topic":"abc","payload":{"template":`+rulestest.JSONString(template)+`}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		e, err := cloudevent.DecodeEvent([]byte(fmt.Sprintf(`{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":%s,"data":{"a":%s,"b":%s}}`,
			rulestest.JSONString(rapid.SampledFrom([]string{"1", "text", "true", `"`, `{}`, "null"}).Draw(t, "subject")), value.Draw(t, "a"), value.Draw(t, "b"))))
		if err != nil {
			t.Fatal(err)
		}
		plans, err := list.Plans(&core.Record{Event: e}, rulestest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		d := plans[0].Deliveries[0]
		var got any
		if d.Err != nil {
			return
		}
		if err := json.Unmarshal([]byte(d.Payload), &got); err != nil {
			t.Fatalf("%s became %s: %v", template, d.Payload, err)
		} else if !fits(got, shape) {
			t.Fatalf("%s became %s, of another shape", template, d.Payload)
		}
	})
}
