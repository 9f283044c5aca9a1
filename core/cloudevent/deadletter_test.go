package cloudevent

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"

	"sendbridge/core/fault"
)

type badError struct{ text, code string }

func (e badError) Error() string         { return e.text }
func (e badError) Describe() fault.Fault { return fault.Fault{Code: e.code} }

// A dead letter can be decoded again, whatever the error's text.
func TestMarksAreAttributes(t *testing.T) {
	long := strings.Repeat("é", 2000)
	for name, c := range map[string]struct {
		err         error
		rule        string
		code, error string // the expected attributes
	}{
		"plain":        {badError{"text", "Code"}, "rule", "Code", "text"},
		"no code":      {errors.New("text"), "rule", "Message", "text"},
		"empty code":   {badError{"text", ""}, "rule", "Message", "text"},
		"control":      {badError{"a\x00b\nc\u0085", "C\t"}, "", "C ", "a b c "},
		"noncharacter": {badError{"\uffff\ufdd0", "C"}, "", "C", "  "},
		"not UTF-8":    {badError{"a\xff\xfe", "C"}, "", "C", "a\uFFFD\uFFFD"},
		"long":         {badError{"x" + long, "C"}, "", "C", "x" + strings.Repeat("é", 499) + "…"},
		"empty":        {badError{"", "C"}, "", "C", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := DecodeEvent([]byte(`{` + minimal + `,"sendbridgerule":"old","sendbridgeerror":"old","sendbridgecode":"old"}`))
			if err != nil {
				t.Fatal(err)
			}
			again, err := DecodeEvent(EncodeEvent(DeadLetter(e, c.rule, c.err)))
			if err != nil {
				t.Fatal(err)
			}
			x := func(name string) string { return attributeText(ContextOf(&again), name) }
			if diff := cmp.Diff([]string{c.rule, c.code, c.error}, []string{x(ruleMark), x(codeMark), x(errorMark)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEncodeEventKeepsData(t *testing.T) {
	text, json := "text/plain", "application/json"
	for name, c := range map[string]struct {
		mediaType *string
		data      string
		base64    bool
		want      string
	}{
		"json":           {&json, `{"a": 1}`, false, `"data":{"a": 1}`},
		"text":           {&text, "a", false, `"data":"a"`},
		"bytes":          {&text, "\xff", false, `"data_base64":"/w=="`},
		"broken json":    {&json, "{", false, `"data_base64":"ew=="`},
		"came as base64": {&json, "1", true, `"data_base64":"MQ=="`},
		"empty":          {&text, "", true, `"data_base64":""`},
	} {
		t.Run(name, func(t *testing.T) {
			ec := &event.EventContextV1{ID: "1", Type: "t", DataContentType: c.mediaType}
			if err := SetAttribute(ec, "source", "/s"); err != nil {
				t.Fatal(err)
			}
			got := string(EncodeEvent(event.Event{Context: ec, DataEncoded: []byte(c.data), DataBase64: c.base64}))
			if !strings.Contains(got, c.want) {
				t.Fatalf("got %s, want %s", got, c.want)
			}
			again, err := DecodeEvent([]byte(got))
			if err != nil || string(again.Data()) != c.data {
				t.Errorf("read again as %q, %v", again.Data(), err)
			}
		})
	}
}

func TestEncodeEventWithoutData(t *testing.T) {
	e, err := DecodeEvent([]byte(`{` + minimal + `}`))
	if err != nil {
		t.Fatal(err)
	}
	e.DataBase64 = true
	if got := string(EncodeEvent(e)); got != `{`+minimal+`}` {
		t.Errorf("got %s", got)
	}
}

// Any event that is dead-lettered with any error comes back unchanged, with marks.
func FuzzDeadLetter(f *testing.F) {
	f.Add([]byte(`{`+minimal+`,"data":{"a":[1,"é"]},"ext":5,"sendbridgehops":3,"sendbridgecode":"x"}`), "rule", "text", "Code")
	f.Add([]byte(`{`+minimal+`,"data_base64":"/wA=","datacontenttype":"image/png"}`), "", "a\x00\xff", "")
	f.Add([]byte(`{`+minimal+`,"data":"\n","datacontenttype":"text/plain","sendbridgeingress":"x"}`), "r\n", "", "C")
	f.Add([]byte(`{`+minimal+`,"data":
		[1, 2]}`), "r", "e", "C")
	f.Fuzz(func(t *testing.T, in []byte, rule, text, code string) {
		e, err := DecodeEvent(in)
		if err != nil {
			return
		}
		line := OneLine(EncodeEvent(DeadLetter(e, rule, badError{text, code})))
		again, err := DecodeEvent(line)
		if err != nil {
			t.Fatalf("%s was kept as %s: %v", in, line, err)
		}
		if !IsReplay(ContextOf(&again)) || strings.Contains(string(line), "\n") || !utf8.Valid(line) {
			t.Fatalf("%s was kept as %s", in, line)
		}
		for _, e := range []*event.Event{&e, &again} {
			for name := range e.Extensions() {
				if IsDeadLetterMark(name) || isIngress(name) {
					delete(e.Context.(*event.EventContextV1).Extensions, name)
				}
			}
		}
		if want, got := EncodeEvent(e), EncodeEvent(again); string(OneLine(want)) != string(got) {
			t.Fatalf("%s became %s", want, got)
		}
	})
}
