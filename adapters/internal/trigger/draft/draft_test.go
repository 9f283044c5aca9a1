package draft_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

func TestEvents(t *testing.T) {
	for name, c := range map[string]struct {
		make func() *draft.Event
		want string
	}{
		"JSON by its content": {func() *draft.Event {
			e := draft.New("1", "acs.oss", "t")
			e.Data([]byte(`{"n":12345678901234567890}`))
			return e
		}, `{"specversion":"1.0","id":"1","source":"acs.oss","type":"t","datacontenttype":"application/json","data":{"n":12345678901234567890}}`},
		"text": {func() *draft.Event {
			e := draft.New("1", "my bus: café", "t")
			e.Set("subject", "")
			e.Set("traceid", "x")
			e.Time(time.Date(2026, 1, 31, 12, 0, 0, 5e6, time.FixedZone("", 3600)))
			e.Data([]byte("hello {"))
			return e
		}, `{"specversion":"1.0","id":"1","source":"my%20bus%3A%20caf%C3%A9","type":"t","time":"2026-01-31T11:00:00.005Z","datacontenttype":"text/plain","traceid":"x","data":"hello {"}`},
		"bytes":              {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Data([]byte{0xff}); return e }, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/octet-stream","data_base64":"/w=="}`},
		"text with a mark":   {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Data([]byte("\ufeffa")); return e }, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/plain","data":"a"}`},
		"JSON with a mark":   {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Data([]byte("\ufeff[1]")); return e }, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/json","data":[1]}`},
		"JSON in UTF-16":     {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Data([]byte("\xff\xfe1\x00")); return e }, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/json","data":1}`},
		"bytes as of a mark": {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Data([]byte("\xff\xfea")); return e }, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/octet-stream","data_base64":"//5h"}`},
		"a type with a charset": {func() *draft.Event {
			e := draft.New("1", "/s", "t")
			e.Typed("text/csv; charset=gbk", []byte("\xc4\xe3"))
			return e
		}, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/csv; charset=utf-8","data":"你"}`},
		"a type with a wrong one": {func() *draft.Event {
			e := draft.New("1", "/s", "t")
			e.Typed("text/csv; charset=gbk", []byte("\xff"))
			return e
		}, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/csv; charset=gbk","data_base64":"/w=="}`},
		"no data": {func() *draft.Event {
			e := draft.New("1", "/s", "t")
			e.Data(nil)
			e.Time(time.Time{})
			e.Time(time.UnixMilli(1 << 60))
			return e
		}, `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`},
		"a type of its own": {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Typed("text/csv", []byte("a,b")); return e },
			`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/csv","data":"a,b"}`},
		"a type that is not true": {func() *draft.Event {
			e := draft.New("1", "/s", "t")
			e.Typed("application/json", []byte("a,b"))
			return e
		},
			`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/plain","data":"a,b"}`},
	} {
		r := c.make().Record(nil)
		if r.Err != nil {
			t.Errorf("%s: %v", name, r.Err)
		} else if got := string(cloudevent.EncodeEvent(r.Event)); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, c.want)
		}
	}
}

func TestTheFirstMistakeIsKept(t *testing.T) {
	e := draft.New("a\x00b", "/s", "t")
	e.Refuse("a later one")
	if r := e.Record([]byte("raw")); r.Err == nil || fault.Of(r.Err).Class != fault.ClassMessage || string(r.Raw) != "raw" || r.Err.Error() != `id "a\x00b": must not contain control characters or noncharacters` {
		t.Errorf("%v, raw %q", r.Err, r.Raw)
	}
	if r := draft.New("", "/s", "t").Record(nil); r.Err == nil {
		t.Error("an event without an id")
	}
}

// An invalid optional attribute of a trigger never invalidates the event.
func TestOptionalAttributesAreLeftOut(t *testing.T) {
	e := draft.New("1", "/s", "t")
	e.Set("subject", "a\x00b")
	e.Set("dataschema", "http://[::1")
	e.Set("time", "yesterday")
	e.Set("Extension", "x")
	e.SetAll(map[string]string{"my-ext": "x", "my_ext": "y", "ok": "z", "empty": "", "sub-ject": "x"})
	r := e.Record([]byte("raw"))
	const want = `{"specversion":"1.0","id":"1","source":"/s","type":"t","myext":"x","ok":"z"}`
	if got := string(cloudevent.EncodeEvent(r.Event)); r.Err != nil || got != want {
		t.Fatalf("%v, %s, want %s", r.Err, got, want)
	}
	noted := slices.Sorted(maps.Keys(r.Event.FieldErrors))
	if diff := cmp.Diff([]string{"Extension", "dataschema", "my-ext", "my_ext", "sub-ject", "subject", "time"}, noted); diff != "" {
		t.Error(diff)
	}
}

func TestTimesStayAsTriggersWroteThem(t *testing.T) {
	for text, want := range map[string]string{
		`"2026-01-31T12:00:00.000Z"`:       "2026-01-31T12:00:00.000Z",
		`"2026-01-31T20:00:00+08:00"`:      "2026-01-31T20:00:00+08:00",
		`"2016-12-31T23:59:60Z"`:           "2016-12-31T23:59:60Z",
		`"2026-01-31T20:00:00.500+0800"`:   "2026-01-31T12:00:00.5Z", // not RFC 3339
		`"2026-01-31T12:00:00.1234567Z"`:   "2026-01-31T12:00:00.1234567Z",
		`"2026-01-31T20:00:00 Asia/Tokyo"`: "",
	} {
		e := draft.New("1", "/s", "t")
		e.Time(draft.Timestamp(gjson.Parse(text)))
		r := e.Record(nil)
		got := gjson.GetBytes(cloudevent.EncodeEvent(r.Event), "time").Str
		if got != want {
			t.Errorf("%s became %q, want %q", text, got, want)
		}
	}
}

func TestHashesTellPartsApart(t *testing.T) {
	if draft.Hash("ab", "c") == draft.Hash("a", "bc") || draft.Hash("a", "") == draft.Hash("a") || len(draft.Hash()) != 32 {
		t.Error("parts that differ have one hash")
	}
}

func TestShapesShowNoValue(t *testing.T) {
	for payload, want := range map[string]string{
		`{"a":"secret","b":1}`: `an object with the keys "a", "b"`, `["secret"]`: "such an array", `"secret"`: "such a JSON value", "secret": "6 bytes that are not JSON",
	} {
		if got := draft.Shape([]byte(payload)); got != want {
			t.Errorf("%s: %q, want %q", payload, got, want)
		}
	}
}
