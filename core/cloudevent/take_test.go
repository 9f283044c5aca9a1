package cloudevent

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// An invalid optional attribute never invalidates the event.
func TestOptionalAttributesNeverCostTheEvent(t *testing.T) {
	for in, c := range map[string]struct{ out, noted string }{
		`"tracestate":"","subject":"","time":"","dataschema":"","datacontenttype":"","ext":"","my-ext":""`: {"", ""},
		`"dataschema":"#"`:              {`,"dataschema":"#"`, ""},
		`"time":"yesterday"`:            {"", "time left out"},
		`"time":1769860800`:             {"", "time left out"},
		`"time":"2026-01-31 12:00:00"`:  {"", "time left out"},
		`"dataschema":"http://[::1"`:    {"", "dataschema left out"},
		`"datacontenttype":"json"`:      {"", "datacontenttype left out"},
		`"datacontenttype":["a/b"]`:     {"", "datacontenttype left out"},
		`"subject":"a\u0000b"`:          {"", "subject left out"},
		`"subject":"a\uffffb"`:          {"", "subject left out"},
		`"subject":7`:                   {`,"subject":"7"`, "subject kept as text"},
		`"subject":{"a": 1}`:            {`,"subject":"{\"a\":1}"`, "subject kept as text"},
		`"ext":1.5`:                     {`,"ext":"1.5"`, "ext kept as text"},
		`"ext":2147483648`:              {`,"ext":"2147483648"`, "ext kept as text"},
		`"ext":-0`:                      {`,"ext":"-0"`, "ext kept as text"},
		`"ext":[1,` + "\n" + ` "a"]`:    {`,"ext":"[1,\"a\"]"`, "ext kept as text"},
		`"ext":{"a": true}`:             {`,"ext":"{\"a\":true}"`, "ext kept as text"},
		`"ext":"a\nb"`:                  {"", "ext left out"},
		`"n":-7,"b":true`:               {`,"b":true,"n":-7`, ""},
		`"my-ext":"x"`:                  {`,"myext":"x"`, "my-ext kept as myext"},
		`"trace_id":"x","traceId":"y"`:  {`,"traceid":"x"`, "traceId left out, trace_id kept as traceid"},
		`"my-ext":"x","myext":"y"`:      {`,"myext":"y"`, "my-ext left out"},
		`"Subject":"x"`:                 {"", "Subject left out"},
		`"I-D":"x"`:                     {"", "I-D left out"},
		`"sendbridge-hops":"x"`:         {"", "sendbridge-hops left out"},
		`"Sendbridge-Ingress":"http:/"`: {"", "Sendbridge-Ingress left out"},
		`"-":"x"`:                       {"", "- left out"},
		`"":"x"`:                        {"", " left out"},
		`"A_Z-0.9/{@[\u0060":"x"`:       {`,"az09":"x"`, "A_Z-0.9/{@[` kept as az09"},
		`"数":"x"`:                       {"", "数 left out"},
		`"Retry-Count":3`:               {`,"retrycount":"3"`, "Retry-Count kept as retrycount"},
	} {
		e, err := DecodeEvent([]byte(`{` + minimal + `,` + in + `}`))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got, want := string(EncodeEvent(e)), `{`+minimal+c.out+`}`; got != want {
			t.Errorf("%s gives\n%s\nwant\n%s", in, got, want)
		}
		if got := notes(e.FieldErrors); got != c.noted {
			t.Errorf("%s: noted %q, want %q", in, got, c.noted)
		}
	}
}

// notes returns the names in order, each with how it was changed but not why.
func notes(of map[string]error) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		what, _, _ := strings.Cut(of[name].Error(), ":")
		list = append(list, name+" "+what)
	}
	return strings.Join(list, ", ")
}

func TestNotesAreBounded(t *testing.T) {
	var in strings.Builder
	fmt.Fprintf(&in, `,"time":"%s"`, strings.Repeat("x", 10_000))
	for n := range 1000 {
		fmt.Fprintf(&in, `,"ext%d":1.5`, n)
	}
	e, err := DecodeEvent([]byte(`{` + minimal + in.String() + `}`))
	if err != nil || len(e.FieldErrors) != maxNotes || len(e.Extensions()) != 1000 {
		t.Errorf("%d notes, %d extensions, %v", len(e.FieldErrors), len(e.Extensions()), err)
	}
	if length := len(e.FieldErrors["time"].Error()); length > maxNote+len("…") {
		t.Errorf("a note of %d bytes", length)
	}
}
