package cloudevent

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/internal/scalar"
)

func inJSON(raw string) Value { return Value{Kind: JSON, JSON: gjson.Parse(raw)} }

// What each kind of value is to a pattern, a template and an error.
func TestWhatValuesAre(t *testing.T) {
	for _, c := range []struct {
		v                      Value
		empty, composite, attr bool
		text, described        string
		scalar                 scalar.Scalar
	}{
		{Value{}, true, false, false, "", "nothing there", scalar.Scalar{}},
		{textValue("1"), false, false, true, "1", `"1"`, scalar.Scalar{Kind: scalar.Untyped, Text: "1"}},
		{uriValue("/a b"), false, false, true, "/a b", `"/a b"`, scalar.Scalar{Kind: scalar.Untyped, Text: "/a b", Other: "/a%20b"}},
		{Value{Kind: Text, Str: "x"}, false, false, false, "x", `"x"`, scalar.Scalar{Kind: scalar.String, Text: "x"}},
		{Value{Kind: binary, Str: "\xff"}, false, false, false, "\xff", "bytes that are not text", scalar.Scalar{Kind: scalar.Opaque}},
		{inJSON(`"a"`), false, false, false, "a", `"a"`, scalar.Scalar{Kind: scalar.String, Text: "a"}},
		{inJSON(`""`), true, false, false, "", `""`, scalar.Scalar{Kind: scalar.String}},
		{inJSON("null"), true, false, false, "null", "null", scalar.Scalar{Kind: scalar.Keyword, Text: "null"}},
		{inJSON("true"), false, false, false, "true", "true", scalar.Scalar{Kind: scalar.Keyword, Text: "true"}},
		{inJSON("1.50"), false, false, false, "1.50", "1.50", scalar.Scalar{Kind: scalar.Number, Text: "1.50"}},
		{inJSON("0"), false, false, false, "0", "0", scalar.Scalar{Kind: scalar.Number, Text: "0"}},
		{inJSON(`{ "a": 1 }`), false, true, false, `{ "a": 1 }`, `{"a":1}`, scalar.Scalar{Kind: scalar.Opaque}},
		{inJSON("[]"), false, true, false, "[]", "[]", scalar.Scalar{Kind: scalar.Opaque}},
	} {
		v := c.v
		if v.IsEmpty() != c.empty || v.IsComposite() != c.composite || v.IsAttribute() != c.attr || v.Text() != c.text || v.Describe() != c.described || v.Scalar() != c.scalar || v.Other() != c.scalar.Other {
			t.Errorf("%+v: empty %v, composite %v, attribute %v, text %q, described %s, %+v", v, v.IsEmpty(), v.IsComposite(), v.IsAttribute(), v.Text(), v.Describe(), v.Scalar())
		}
	}
}

func TestElementAt(t *testing.T) {
	for index, want := range map[int]string{0: "10", 1: "[20]", 2: "null", 3: ""} {
		if got := new(View).ElementAt(gjson.Parse("[10,[20],null]"), index).Raw; got != want {
			t.Errorf("%d: %s, want %s", index, got, want)
		}
	}
	if got := new(View).ElementAt(gjson.Parse(`{"a":1}`), 0); got.Exists() {
		t.Errorf("of an object: %s", got.Raw)
	}
}

// Elements of arrays in arrays come one after another, whole, whatever signs their strings have.
func TestEachElement(t *testing.T) {
	for array, want := range map[string][]string{
		"[]": nil, "[[],[[]]]": nil, "[1]": {"1"}, "[1,[2,[3]],4]": {"1", "2", "3", "4"}, "[ \t\n\r1 , [ 2 ] ]": {"1", "2"},
		`[{"a":{"b":"}"}},{"c":"\"}"},"]",{}]`: {`{"a":{"b":"}"}}`, `{"c":"\"}"}`, `"]"`, "{}"},
		`[{"a":"\\"},{"\\\"":[{}]},null,true]`: {`{"a":"\\"}`, `{"\\\"":[{}]}`, "null", "true"},
	} {
		var got []string
		EachElement(array, func(r gjson.Result) bool {
			got = append(got, r.Raw)
			return true
		})
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", array, got, want)
		}
		EachElement(array, func(r gjson.Result) bool {
			got = append(got, r.Raw)
			return false
		})
		if len(got) != len(want)+min(1, len(want)) {
			t.Errorf("%s: went on after the end", array)
		}
	}
}

func TestUnwrapSeesJSONInText(t *testing.T) {
	for text, want := range map[string][2]string{
		` {"a":1} `: {`{"a":1}`, "application/json"}, "12": {"12", "application/json"}, "hello": {"hello", "text/plain"}, "": {"", "text/plain"},
		"eyJhIjoxfQ==": {`{"a":1}`, "application/json"}, "eyJhIjoxfQ": {`{"a":1}`, "application/json"}, "Ij8_PyI": {`"???"`, "application/json"},
		"Iv8i": {"Iv8i", "text/plain"}, // base64 of "\xff" in quotes, which is JSON but no text
	} {
		if data, mediaType := Unwrap(text); string(data) != want[0] || mediaType != want[1] {
			t.Errorf("%q: %s of %s, want %s", text, data, mediaType, want)
		}
	}
}

func TestUnwrapMembersOfAForm(t *testing.T) {
	for object, want := range map[string]string{
		`{"a":"1","b":"x","c":"{\"d\":[]}","e":" true ","f":"","g":2}`: `{"a":1,"b":"x","c":{"d":[]},"e":true,"f":"","g":2}`,
		`{}`: `{}`, `["1"]`: `["1"]`, `"1"`: `"1"`, `{"a":["1"]}`: `{"a":["1"]}`,
	} {
		if got := UnwrapMembers(object); got != want {
			t.Errorf("%s: %s, want %s", object, got, want)
		}
	}
}

// Half of a surrogate pair is found wherever it stands, and a whole pair or an escaped backslash is none.
func TestHalvesOfPairs(t *testing.T) {
	for raw, want := range map[string]bool{
		`"\ud83d"`: true, `"\ud83dx"`: true, `"\ude00"`: true, `"\ud83d\ud83d\ude00"`: true, `"\ud83d\ude00\ud83d"`: true, `"\uD83D\u0041"`: true, `"a\\\ud83d"`: true,
		`"\udbff\udfff\udc00"`: true, `"\uDFFF"`: true, `"\uDA00"`: true, `"\ud83d\n"`: true, `"\ud83d\\ude00"`: true, `{"a":["\ud800"]}`: true, `"\ud83d\ude00\ude00"`: true,
		`"\ud83d\ude00"`: false, `"\uD83D\uDE00\uD800\uDFFF"`: false, `"\\ud83d"`: false, `"\ud7ff\ue000"`: false, `"ud83d"`: false, `"\ud83d\ude00\\ude00"`: false, `""`: false, `"\u00d8"`: false, `"\\\\ud83d"`: false,
	} {
		if got := inJSON(raw).HasHalf(); got != want {
			t.Errorf("%s: %v", raw, got)
		}
		if got := inJSON(raw).IsHalf(); got != (want && raw[0] == '"') {
			t.Errorf("%s as a string: %v", raw, got)
		}
	}
	if (Value{Kind: Text, Str: `\ud83d`}).HasHalf() || (Value{Kind: Text, Str: `\ud83d`}).IsHalf() {
		t.Error("text that is not JSON has no escapes")
	}
}

// Media types of JSON end in json after the slash or after a plus.
func TestWhatDeclaresJSON(t *testing.T) {
	for mediaType, want := range map[string]bool{
		"application/json": true, "text/JSON": true, "application/json; charset=utf-8": true, "application/vnd.x+json": true, "a/b+JSON ;c=d": true, " application/json": true, "a/+json": false, "a/x+json": true,
		"": false, "json": false, "application/jsonl": false, "application/xjson": false, "text/plain": false, "a/json+xml": false, "application/x-json": false,
	} {
		if isJSON(mediaType) != want {
			t.Errorf("%q: %v", mediaType, !want)
		}
	}
}

// Numbers are times from the first second of 2000 to the last of 2099, in seconds or milliseconds.
func TestNumbersThatAreTimes(t *testing.T) {
	for number, want := range map[string]string{
		"946684800": "2000-01-01T00:00:00Z", "946684800000": "2000-01-01T00:00:00Z", "4102444799": "2099-12-31T23:59:59Z", "4102444799999": "2099-12-31T23:59:59.999Z",
		"1767225600.5": "2026-01-01T00:00:00.5Z", "1767225600250": "2026-01-01T00:00:00.25Z", "1.7672256e9": "2026-01-01T00:00:00Z",
		"946684799": "", "946684799999": "", "4102444800": "", "4102444800000": "", "0": "", "-1": "", "1767225600000000": "", "true": "", "null": "", "1e400": "",
	} {
		got, ok := ParseTime(number)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %v, %v; want %q", number, got, ok, want)
		}
	}
}

// The text of a time has 20 to 64 characters, hours and minutes of its zone are those of a clock, and a leap second is at
// the end of a day.
func TestEdgesOfRFC3339(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31T12:00:00Z": "2026-01-31T12:00:00Z", "2026-01-31t12:00:00z": "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+23:59": "2026-01-30T12:01:00Z", "2026-01-31T12:00:00-00:00": "2026-01-31T12:00:00Z",
		"2026-01-31T12:00:00." + strings.Repeat("1", 43) + "Z": "2026-01-31T12:00:00.111111111Z", "2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z", "2017-01-01T07:59:60.5+08:00": "2017-01-01T00:00:00.5Z",
		"2026-01-31T12:00:00." + strings.Repeat("1", 44) + "Z": "", "2026-01-31T12:00:00": "", "2026-01-31T12:00Z": "", "2026-01-31T12:00:00+24:00": "", "2026-01-31T12:00:00+08:60": "", "2026-01-31 12:00:00Z": "",
		"2016-12-31T22:59:60Z": "", "2016-12-31T23:58:60Z": "", "2016-12-31T12:59:60Z": "", "2026-01-31T12:00:00,5Z": "", "2026-01-31T1:00:00.00Z": "", "2026-02-30T12:00:00Z": "", "2026-01-31T12:00:00.Z": "", "": "",
	} {
		got, ok := ParseRFC3339(text)
		if ok != (want != "") || ok && got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %v, %v; want %q", text, got.UTC(), ok, want)
		}
		if ok && timeText(got) != text {
			t.Errorf("%s is remembered as %s", text, timeText(got))
		}
	}
}

// What can't be unwrapped is said by its path; what can is a view of the same event, at the same time.
func TestUnwrappedViews(t *testing.T) {
	e, err := DecodeEvent([]byte(anEvent[:len(anEvent)-1] + `,"data":{"a":"{\"b\":1}"}}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewView(&core.Record{Event: e})
	if err != nil {
		t.Fatal(err)
	}
	v.Now = time.Unix(7, 0)
	u, why := v.Unwrapped(inJSON(`"{\"b\":1}"`), "$.data.a")
	if why != nil || u.Data.JSON.Raw != `{"b":1}` || u.Now != v.Now || v.Data.JSON.Raw != `{"a":"{\"b\":1}"}` || u.Context.ID != "1" {
		t.Fatalf("%+v, %v", u, why)
	}
	for raw, want := range map[string]string{`""`: "unwrap: $.data.a is missing or empty", "null": "unwrap: $.data.a is missing or empty", `"\ud83d"`: "$.data.a: the text contains half of a surrogate pair"} {
		if u, why := v.Unwrapped(inJSON(raw), "$.data.a"); u != nil || why == nil || !strings.HasPrefix(why.Error(), want) {
			t.Errorf("%s: %v", raw, why)
		}
	}
	first, second := DuplicateName("$.a"), DuplicateName("$.b")
	u.Distrust(first)
	u.Distrust(second)
	v.Pass(u)
	if got := v.TakeDistrust(); got != first || v.TakeDistrust() != nil || u.TakeDistrust() != nil {
		t.Errorf("passed on: %v", got)
	}
	v.Distrust(first)
	u.Distrust(second)
	v.Pass(u)
	v.Pass(u)
	if _, why := v.Unwrapped(inJSON("1"), "$.data.a"); why != first {
		t.Errorf("the first is passed on: %v", why)
	}
}
