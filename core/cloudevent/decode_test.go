package cloudevent

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/internal/jsontext"
)

const minimal = `"specversion":"1.0","id":"1","source":"/s","type":"t"`

// Each event is decoded and encoded again. The result is what a device receives with payload original.
func TestEventsRoundTrip(t *testing.T) {
	for name, c := range map[string]struct{ in, out string }{
		"minimal":              {`{` + minimal + `}`, `{` + minimal + `}`},
		"order and spaces":     {` {"type":"t", "source":"/s", "id":"1", "specversion":"1.0"} `, `{` + minimal + `}`},
		"attributes":           {`{` + minimal + `,"dataschema":"urn:x","subject":"a","time":"2026-01-31T13:00:00+01:00"}`, `{` + minimal + `,"subject":"a","time":"2026-01-31T13:00:00+01:00","dataschema":"urn:x"}`},
		"extensions":           {`{` + minimal + `,"zext":"z","aint":-7,"btrue":true}`, `{` + minimal + `,"aint":-7,"btrue":true,"zext":"z"}`},
		"null attributes":      {`{` + minimal + `,"subject":null,"ext":null}`, `{` + minimal + `}`},
		"json data as it is":   {`{` + minimal + `,"data":{"n": 1.0e2, "b":12345678901234567890}}`, `{` + minimal + `,"data":{"n": 1.0e2, "b":12345678901234567890}}`},
		"null data":            {`{` + minimal + `,"data":null}`, `{` + minimal + `,"data":null}`},
		"string data":          {`{` + minimal + `,"data":"x\u0041"}`, `{` + minimal + `,"data":"x\u0041"}`},
		"text data":            {`{` + minimal + `,"data":"a\n\"b\"<é\u0001","datacontenttype":"text/plain"}`, `{` + minimal + `,"datacontenttype":"text/plain","data":"a\n\"b\"<é\u0001"}`},
		"xml declared as json": {`{` + minimal + `,"datacontenttype":"application/x+json; charset=utf-8","data":[1]}`, `{` + minimal + `,"datacontenttype":"application/x+json; charset=utf-8","data":[1]}`},
		"binary data":          {`{` + minimal + `,"data_base64":"/wA="}`, `{` + minimal + `,"data_base64":"/wA="}`},
		"json in base64":       {`{` + minimal + `,"datacontenttype":"text/json","data_base64":"WzFd"}`, `{` + minimal + `,"datacontenttype":"text/json","data":[1]}`},
		"untyped text":         {`{` + minimal + `,"data_base64":"eHk="}`, `{` + minimal + `,"data_base64":"eHk="}`},
		"ingress is ours":      {`{` + minimal + `,"sendbridgeingress":"forged"}`, `{` + minimal + `}`},
		"escapes":              {`{"specversion":"1.0","id":"\u0022\\","source":"/s","type":"\u00e9\ud83d\ude00"}`, `{"specversion":"1.0","id":"\"\\","source":"/s","type":"é😀"}`},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := DecodeEvent([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			v, err := NewView(&core.Record{Event: e})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.out, string(appendEvent(nil, v))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeEventRefuses(t *testing.T) {
	for in, want := range map[string]string{
		``:                                    "not JSON",
		`{` + minimal + `} x`:                 "nothing after it",
		`{` + minimal + `}{}`:                 "nothing after it",
		`[]`:                                  "an event is a JSON object, this is an array",
		`"x"`:                                 "this is a string",
		`{"id":"1","source":"/s","type":"t"}`: "specversion is missing",
		`{"specversion":null,"id":"1","source":"/s","type":"t"}`:  "specversion is missing",
		`{"specversion":"0.3","id":"1","source":"/s","type":"t"}`: `specversion "0.3": only 1.0`,
		`{"specversion":1.0,"id":"1","source":"/s","type":"t"}`:   "specversion: must be a JSON string, not a number",
		`{"specversion":"1.0","source":"/s","type":"t"}`:          "id is missing",
		`{"specversion":"1.0","id":"1","type":"t"}`:               "source is missing",
		`{"specversion":"1.0","id":"1","source":"/s"}`:            "type is missing",
		`{"specversion":"1.0","id":"","source":"/s","type":"t"}`:  "id is empty",
		`{"specversion":"1.0","id":7,"source":"/s","type":"t"}`:   "id: must be a JSON string",
		`{"specversion":"1.0","id":"1","source":":","type":"t"}`:  "URI reference",
		`{` + minimal + `,"id":"2"}`:                              "id is given twice",
		`{` + minimal + `,"data":1,"data_base64":""}`:             "both given",
		`{` + minimal + `,"data_base64":"%"}`:                     "standard base64",
		`{` + minimal + `,"data_base64":7}`:                       "standard base64",
		`{` + minimal + `,"data":` + strings.Repeat("[", jsontext.MaxDepth+1) + strings.Repeat("]", jsontext.MaxDepth+1) + `}`: "not JSON",
	} {
		_, err := DecodeEvent([]byte(in))
		if f := fault.Of(err); f.Class != fault.ClassMessage || f.Code != fault.CodeInvalidEvent || !strings.Contains(err.Error(), want) {
			t.Errorf("%.120s: got %v, want a refusal with %q", in, err, want)
		}
	}
}

func TestDecodeBatch(t *testing.T) {
	records, err := DecodeBatch([]byte(`[{`+minimal+`},{"id":"2"},3]`), 100)
	if err != nil || len(records) != 3 {
		t.Fatalf("got %d records, %v", len(records), err)
	}
	if records[0].Err != nil || records[0].Event.ID() != "1" {
		t.Errorf("the valid element: %v", records[0])
	}
	for _, r := range records[1:] {
		if fault.Of(r.Err).Class != fault.ClassMessage {
			t.Errorf("an invalid element has the error %v", r.Err)
		}
	}
	if records, err := DecodeBatch([]byte(" [ ] "), 100); err != nil || len(records) != 0 {
		t.Errorf("an empty batch: %v, %v", records, err)
	}
	for _, whole := range []string{`{}`, `[`, `[{}]]`, `null`, ``} {
		if _, err := DecodeBatch([]byte(whole), 100); fault.Of(err).Class != fault.ClassMessage {
			t.Errorf("%s: got %v", whole, err)
		}
	}
}

func TestDataMustBeWhatItIsDeclared(t *testing.T) {
	e, err := DecodeEvent([]byte(`{` + minimal + `,"datacontenttype":"application/json","data_base64":"eHk="}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewView(&core.Record{Event: e}); fault.Of(err).Class != fault.ClassMessage {
		t.Errorf("data that is not JSON: got %v", err)
	}
}

// Text data becomes UTF-8 if its charset is known. Otherwise its bytes stay.
func TestTextInBase64BecomesUTF8(t *testing.T) {
	for mediaType, want := range map[string]struct{ data, mediaType string }{
		"text/plain; charset=iso-8859-1": {"é", "text/plain; charset=utf-8"},
		"text/plain; charset=utf-8":      {"\xe9", "text/plain; charset=utf-8"},
		"text/plain; charset=klingon":    {"\xe9", "text/plain; charset=klingon"},
		"image/png":                      {"\xe9", "image/png"},
	} {
		e, err := DecodeEvent([]byte(`{` + minimal + `,"datacontenttype":"` + mediaType + `","data_base64":"6Q=="}`))
		if err != nil || string(e.Data()) != want.data || e.DataContentType() != want.mediaType {
			t.Errorf("%s: %q of %q, %v", mediaType, e.Data(), e.DataContentType(), err)
		}
	}
}

// Half of a surrogate pair is an error in a name, in an attribute and in text. Data that is JSON keeps it until a rule reads it.
func TestHalvesOfPairsInEvents(t *testing.T) {
	for members, where := range map[string]string{
		`"\ud83d":"x"`:        "a name of the event",
		`"my\udc00":1`:        "a name of the event",
		`"subject":"a\ud83d"`: "subject",
		`"ext":"\udc00b"`:     "ext",
		`"datacontenttype":"text/plain","data":"\ud83d"`: "data",
		`"data":"\ud83d"`: "", `"data":{"a":"\ud83d"}`: "", `"data":["\ud83d"],"subject":"\ud83d\ude00"`: "",
		`"ext":["\ud83d"]`: "", // kept as the text of the JSON
	} {
		e, err := DecodeEvent([]byte(`{` + minimal + `,` + members + `}`))
		if where == "" {
			if err != nil {
				t.Errorf("%s: %v", members, err)
			}
			continue
		}
		if f := fault.Of(err); f.Code != "LoneSurrogate" || !strings.HasPrefix(err.Error(), where+": the text contains half") {
			t.Errorf("%s: %v, %v", members, e, err)
		}
	}
}

// An event that was decoded is encoded so that it decodes to the same event.
func FuzzDecodeEvent(f *testing.F) {
	for _, seed := range []string{`{` + minimal + `}`, `{` + minimal + `,"data":{"a":[1,"é"]},"ext":5,"time":"2026-01-31T12:00:00Z"}`,
		`{` + minimal + `,"data_base64":"/wA=","datacontenttype":"image/png"}`, `{` + minimal + `,"data":"x","datacontenttype":"text/plain"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		e, err := DecodeEvent(in)
		if err != nil {
			if fault.Of(err).Class != fault.ClassMessage {
				t.Fatalf("an error of class %q: %v", fault.Of(err).Class, err)
			}
			return
		}
		if e.ID() == "" || e.Source() == "" || e.Type() == "" || e.SpecVersion() != "1.0" {
			t.Fatalf("accepted without id, source or type: %s", in)
		}
		v, err := NewView(&core.Record{Event: e})
		if err != nil {
			return
		}
		once := appendEvent(nil, v)
		again, err := DecodeEvent(once)
		if err != nil {
			t.Fatalf("%s was written as %s: %v", in, once, err)
		}
		v, err = NewView(&core.Record{Event: again})
		if err != nil {
			t.Fatal(err)
		}
		if twice := appendEvent(nil, v); string(once) != string(twice) {
			t.Fatalf("%s was read again as %s", once, twice)
		}
	})
}

func TestDataIsThePartOfThePayloadThatItIs(t *testing.T) {
	for _, before := range []string{"", "\ufeff", " \n\t", "\ufeff  "} {
		for _, data := range []string{`{"a": [1, "é"]}`, `"text"`, ` -1.50`, `null`, `[ ]`} {
			for _, members := range []string{minimal + `,"data": ` + data, `"data":` + data + ` ,` + minimal, `"é":"x","data" :` + data + `,` + minimal} {
				payload := []byte(before + "{" + members + "} ")
				e, err := DecodeEvent(payload)
				if err != nil {
					t.Fatalf("%s: %v", payload, err)
				}
				if got, want := string(e.Data()), strings.TrimSpace(data); got != want {
					t.Errorf("%s: data is %q, want %q", payload, got, want)
				}
				_ = append(e.Data(), "} more"...)
				if want := before + "{" + members + "} "; string(payload) != want {
					t.Errorf("what is appended to the data changes the payload to %s", payload)
				}
			}
		}
	}
}

func TestNamesAreGivenOnceHoweverManyThereAre(t *testing.T) {
	names, members := []string{"specversion", "id", "source", "type"}, minimal
	for i := range 40 {
		name := fmt.Sprintf("ext%d", i)
		names, members = append(names, name), members+`,"`+name+`":"x"`
	}
	if _, err := DecodeEvent([]byte("{" + members + "}")); err != nil {
		t.Fatalf("each name once: %v", err)
	}
	for _, name := range names {
		_, err := DecodeEvent([]byte("{" + members + `,"` + name + `":"y"}`))
		if err == nil || !strings.Contains(err.Error(), name+" is given twice") {
			t.Errorf("%s twice among %d names: got %v", name, len(names), err)
		}
	}
}
