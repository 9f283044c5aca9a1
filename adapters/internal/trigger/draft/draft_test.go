package draft_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
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
		"a type without data": {func() *draft.Event { e := draft.New("1", "/s", "t"); e.Typed("text/csv", nil); return e }, `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`},
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

// RFC 3339 has four digits for a year.
func TestTimesThatCannotBeWrittenAreLeftOut(t *testing.T) {
	day := func(year int) time.Time { return time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		time time.Time
		want string
	}{
		{day(-1), ""},
		{day(0), "0000-06-01T00:00:00Z"},
		{day(9999), "9999-06-01T00:00:00Z"},
		{day(10000), ""},
		{time.Time{}, ""},
	} {
		e := draft.New("1", "/s", "t")
		e.Time(c.time)
		if got := gjson.GetBytes(cloudevent.EncodeEvent(e.Record(nil).Event), "time").Str; got != c.want {
			t.Errorf("%v became %q, want %q", c.time, got, c.want)
		}
	}
}

// A trigger writes 0, or nothing, for a time that it does not know: that is not 1970.
func TestNumbersOfTime(t *testing.T) {
	for _, c := range []struct {
		unit  string
		parse func(gjson.Result) time.Time
		json  string
		want  time.Time
	}{
		{"microseconds", draft.Microseconds, "1769860800123456", time.Date(2026, 1, 31, 12, 0, 0, 123456e3, time.UTC)},
		{"microseconds", draft.Microseconds, "1", time.Date(1970, 1, 1, 0, 0, 0, 1000, time.UTC)},
		{"microseconds", draft.Microseconds, "0", time.Time{}},
		{"microseconds", draft.Microseconds, "-5", time.Time{}},
		{"microseconds", draft.Microseconds, "", time.Time{}},
		{"milliseconds", draft.Milliseconds, "1769860800123", time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)},
		{"milliseconds", draft.Milliseconds, `"1769860800123"`, time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)},
		{"milliseconds", draft.Milliseconds, "0", time.Time{}},
		{"milliseconds", draft.Milliseconds, "-5", time.Time{}},
		{"milliseconds", draft.Milliseconds, "", time.Time{}},
		{"seconds", draft.Seconds, "1769860800", time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)},
		{"seconds", draft.Seconds, "1769860800.1226", time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)},
		{"seconds", draft.Seconds, "0", time.Time{}},
		{"seconds", draft.Seconds, "-5", time.Time{}},
		{"seconds", draft.Seconds, "", time.Time{}},
		{"seconds", draft.Seconds, "1000000000000", time.Time{}}, // milliseconds of 2001, not seconds of the year 33658
	} {
		if got := c.parse(gjson.Parse(c.json)); !got.Equal(c.want) {
			t.Errorf("%q in %s: %v, want %v", c.json, c.unit, got, c.want)
		}
	}
}

// The names of headers are free, those of extensions are not.
func TestExtensionsOfFreelyChosenNames(t *testing.T) {
	e := draft.New("1", "/s", "t")
	for _, c := range [][2]string{
		{"Az`{09/:@[-é", "all letters and digits"},
		{"a.z-09", "the same name again"},
		{"{-}", "a name of neither"},
		{"", "no name"},
		{"key", "a value\x00"},
		{"none", ""},
	} {
		e.SetOnce("x", c[0], c[1])
	}
	r := e.Record(nil)
	want := map[string]any{"xaz09": "all letters and digits", "xkey": "a value%00"}
	if diff := cmp.Diff(want, r.Event.Extensions()); r.Err != nil || diff != "" {
		t.Errorf("%v\n%s", r.Err, diff)
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

// An error stays short whatever was sent.
func TestShapesShowTwentyNames(t *testing.T) {
	object := func(names int) []byte {
		m := make(map[string]int)
		for i := range names {
			m[fmt.Sprintf("name%02d", i)] = 1
		}
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for names, last := range map[int]string{19: `"name18"`, 20: `"name19"`, 21: `"name19"`} {
		if got := draft.Shape(object(names)); !strings.HasSuffix(got, last) {
			t.Errorf("%d names: %s, want the last to be %s", names, got, last)
		}
	}
}
