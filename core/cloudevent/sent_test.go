package cloudevent

import (
	"testing"
	"time"

	"sendbridge/core"
)

// texts are attributes in spellings that url.URL and time.Time would change.
var texts = map[string][]string{
	"source":     {"/工厂/传感器", "urn:x y", "a|b", "HTTP://Example.COM/%7euser/ü", "/a b/?q=ü#f g", "//h/%E5", "mailto:a@b", "?", "#"},
	"dataschema": {"#", "/relative", "https://example.com/架构#/a b", "HTTPS://EXAMPLE.com/%7e", "urn:X:1", "schema v1"},
	"time": {"2026-02-01T01:00:00+08:00", "2026-02-01T01:00:00.000Z", "2026-02-01T01:00:00.120-00:00", "2026-02-01t01:00:00z",
		"2016-12-31T23:59:60Z", "2017-01-01T07:59:60.5+08:00", "2026-01-31T12:00:00Z", "0001-01-01T00:00:00.1234567890Z"},
}

func TestAttributesStayAsTheyWereSent(t *testing.T) {
	for name, list := range texts {
		for _, text := range list {
			in := map[string]string{"source": "/s", name: text}
			json := `{"specversion":"1.0","id":"1","type":"t"`
			for k, v := range in {
				json += `,"` + k + `":"` + v + `"`
			}
			e, err := DecodeEvent([]byte(json + "}"))
			if err != nil || e.FieldErrors != nil {
				t.Errorf("%s %q: %v, %v", name, text, err, e.FieldErrors)
				continue
			}
			again, err := DecodeEvent(EncodeEvent(DeadLetter(e.Clone(), "r", InvalidEvent("x"))))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range []*core.Record{{Event: e}, {Event: again}} {
				if v, err := NewView(e); err != nil || v.Attribute(name).Str != text {
					t.Errorf("%s %q became %q, %v", name, text, v.Attribute(name).Str, err)
				}
			}
		}
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		"2026-02-01T01:00:00+08:00": "2026-01-31T17:00:00Z", "2026-02-01t01:00:00z": "2026-02-01T01:00:00Z",
		"2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z", "2017-01-01T05:29:60.25+05:30": "2017-01-01T00:00:00.25Z",
		"946684800": "2000-01-01T00:00:00Z", "4102444799": "2099-12-31T23:59:59Z", "1769860800.9876": "2026-01-31T12:00:00.988Z",
		"946684800000": "2000-01-01T00:00:00Z", "4102444799999": "2099-12-31T23:59:59.999Z",
	} {
		if got, ok := ParseTime(text); !ok || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %v, %v, want %s", text, got.UTC(), ok, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "1e400", "946684799", "4102444800", "99999999999", "20260131120000", "946684799999", "4102444800000", "1769860800987654", "true",
		"2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-01-31T1:00:00Z", "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00+0800", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+08:60", "2026-01-31T012:00:0Z",
		"2026-02-30T12:00:00Z", "2026-01-31T12:00:60Z", "2016-12-31T23:59:61Z", "2016-12-31T24:00:00Z", "2026-01-31T12:00:00Asia/Shanghai"} {
		if got, ok := ParseTime(text); ok {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}

// A time whose zone has a real name does not carry a sender's text.
func TestComputedTimesAreCanonical(t *testing.T) {
	zone := time.FixedZone("America/Argentina/ComodRivadavia", -3*3600)
	if got := timeText(time.Date(2026, 1, 31, 12, 0, 0, 0, zone)); got != "2026-01-31T15:00:00Z" {
		t.Error(got)
	}
}

func TestOtherSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"/工": "/%E5%B7%A5", "/%E5%B7%A5": "/工", "/a b|c": "/a%20b%7Cc", "/a%20b": "/a b", "urn:ü": "", "https://h/ü?q#ü": "https://h/%C3%BC?q#%C3%BC",
		"工厂": "%E5%B7%A5%E5%8E%82", "/plain": "", "acs.oss": "", "/a%2Fb": "", "/%7euser": "", "/%zz": "", "/100%": "", "/%FF": "/\xff",
	} {
		if got := otherSpelling(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func BenchmarkDecodeEvent(b *testing.B) {
	in := []byte(`{` + minimal + `,"subject":"a","time":"2026-01-31T12:00:00Z","data":{"a":1}}`)
	b.ReportAllocs()
	for b.Loop() {
		e, err := DecodeEvent(in)
		if err != nil {
			b.Fatal(err)
		}
		v, _ := NewView(&core.Record{Event: e})
		if v.Attribute("source").Str == "" || v.Attribute("time").Str == "" {
			b.Fatal("no source")
		}
	}
}
