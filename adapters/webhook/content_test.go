package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/fault"
)

// utf16 encodes ASCII as UTF-16, low byte first.
func utf16(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}

func TestEventsInOtherCharsets(t *testing.T) {
	event := whole + `,"data":{"a":"é"}}`
	ascii := whole + `,"data":{"a":1}}`
	for name, c := range map[string]struct{ mediaType, body, data string }{
		"mark":            {structuredType, "\ufeff" + event, `{"a":"é"}`},
		"UTF8":            {structuredType + "; charset=UTF8", event, `{"a":"é"}`},
		"us-ascii":        {structuredType + "; charset=us-ascii", ascii, `{"a":1}`},
		"latin1":          {structuredType + "; charset=latin1", strings.Replace(event, "é", "\xe9", 1), `{"a":"é"}`},
		"utf-16":          {structuredType + "; charset=utf-16", utf16(ascii), `{"a":1}`},
		"utf-16 by mark":  {structuredType, "\xff\xfe" + utf16(ascii), `{"a":1}`},
		"gbk":             {batchType + "; charset=gbk", "[" + strings.Replace(event, "é", "\xc4\xe3", 1) + "]", `{"a":"你"}`},
		"batch with mark": {batchType, "\ufeff[" + event + "]", `{"a":"é"}`},
		"text with mark":  {structuredType, whole + `,"datacontenttype":"text/plain","data":"\ufeffa"}`, `a`},
		"base64 and mark": {structuredType, whole + `,"datacontenttype":"text/json","data_base64":"77u/WzFd"}`, `[1]`},
		"base64 of gbk":   {structuredType, whole + `,"datacontenttype":"text/plain;charset=gbk","data_base64":"xOM="}`, `你`},
		"base64 of bytes": {structuredType, whole + `,"datacontenttype":"text/plain;charset=utf-8","data_base64":"/w=="}`, "\xff"},
	} {
		records, err := webhook.Decode(newRequest(c.body, "Content-Type: "+c.mediaType))
		if err != nil || string(records[0].Event.Data()) != c.data {
			t.Errorf("%s: %v, %v", name, records, err)
		}
	}
	for name, c := range map[string]struct {
		mediaType, body string
		status          int
	}{
		"unknown":       {structuredType + "; charset=klingon", ascii, 415},
		"not its bytes": {structuredType + "; charset=us-ascii", event, 400},
		"not UTF-8":     {structuredType, whole + ",\"data\":\"\xe9\"}", 400},
		"half a pair":   {batchType + "; charset=utf-16le", "\x3d\xd8", 400},
		"binary":        {"text/plain; charset=utf-8", "\xe9", 400},
		"binary, JSON":  {"application/json", "\"\xe9\"", 400},
		"binary, form":  {"application/x-www-form-urlencoded; charset=gbk", "a=%ff", 400},
		"binary, other": {"text/plain; charset=klingon", "a", 415},
	} {
		lines := []string{"Content-Type: " + c.mediaType}
		if strings.HasPrefix(name, "binary") {
			lines = binaryHeaders(lines...)
		}
		if _, err := webhook.Decode(newRequest(c.body, lines...)); err == nil || webhook.Status(err) != c.status || fault.Of(err).Class != fault.ClassMessage {
			t.Errorf("%s: %v, want %d", name, err, c.status)
		}
	}
}

func TestBinaryDataIsUTF8AndSaysSo(t *testing.T) {
	for name, c := range map[string]struct{ mediaType, body, data, trueType string }{
		"mark":              {"application/json", "\ufeff[1]", "[1]", "application/json"},
		"nothing":           {"application/json", "", "", "application/json"},
		"mark, no type":     {"", "\ufeff[1]", "[1]", ""},
		"utf8":              {"text/plain; charset=utf8", "é", "é", "text/plain; charset=utf8"},
		"gbk":               {"application/json; charset=GBK", "\"\xc4\xe3\"", `"你"`, "application/json; charset=utf-8"},
		"utf-16 by mark":    {"application/json", "\xff\xfe" + utf16("[1]"), "[1]", "application/json"},
		"form":              {"application/x-www-form-urlencoded; charset=gbk", "a=%C4%E3", "a=%E4%BD%A0", "application/x-www-form-urlencoded; charset=utf-8"},
		"form, unescaped":   {"application/x-www-form-urlencoded; charset=gbk", "a=\xc4\xe3", "a=%E4%BD%A0", "application/x-www-form-urlencoded; charset=utf-8"},
		"bytes":             {"image/png; charset=utf-8", "\xff\xfe\xff", "\xff\xfe\xff", "image/png; charset=utf-8"},
		"bytes with a mark": {"application/octet-stream", "\ufeff[1]", "\ufeff[1]", "application/octet-stream"},
		"text, unmarked":    {"text/plain", "\xe9", "\xe9", "text/plain"},
	} {
		lines := binaryHeaders()
		if c.mediaType != "" {
			lines = append(lines, "Content-Type: "+c.mediaType)
		}
		records, err := webhook.Decode(newRequest(c.body, lines...))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if e := records[0].Event; string(e.Data()) != c.data || e.DataContentType() != c.trueType {
			t.Errorf("%s: %q of %q, want %q of %q", name, e.Data(), e.DataContentType(), c.data, c.trueType)
		}
	}
}

func TestBodiesAtInletsAreWhatTheirBytesAre(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		mediaType, body, data, trueType string
		status                          int
	}{
		"curl's default":       {form, `{"a":"1&b=2%"}`, `{"a":"1&b=2%"}`, "application/json", 0},
		"with a mark":          {form, "\ufeff{}", `{}`, "application/json", 0},
		"a form":               {form, `a=1&b=é`, `{"a":"1","b":"é"}`, "application/json", 0},
		"a form of gbk":        {form + "; charset=gbk", `a=%C4%E3`, `{"a":"你"}`, "application/json", 0},
		"of gbk, unescaped":    {form + "; charset=gb2312", "a=\xc4\xe3", `{"a":"你"}`, "application/json", 0},
		"of latin1":            {form + "; charset=iso-8859-1", "caf%E9=1", `{"café":"1"}`, "application/json", 0},
		"of utf-16, by mark":   {form, "\xff\xfe" + utf16("a=1"), `{"a":"1"}`, "application/json", 0},
		"no form":              {form, "100%", "100%", "text/plain", 0},
		"octet-stream":         {"application/octet-stream", `[1]`, `[1]`, "application/json", 0},
		"octet-stream, mark":   {"application/octet-stream", "\ufeff[1]", `[1]`, "application/json", 0},
		"octet-stream, utf-16": {"application/octet-stream", "\xff\xfe" + utf16("[1]"), `[1]`, "application/json", 0},
		"no type":              {"", "\ufeff[1]", `[1]`, "application/json", 0},
		"text":                 {"text/plain; charset=us-ascii", `[1]`, `[1]`, "application/json", 0},
		"text of gbk":          {"text/plain; charset=gbk", "\xc4\xe3", "你", "text/plain; charset=utf-8", 0},
		"JSON of gbk":          {"text/plain; charset=gbk", "\"\xc4\xe3\"", `"你"`, "application/json", 0},
		"UTF8":                 {"application/json; charset=UTF8", `"é"`, `"é"`, "application/json", 0},
		"latin1, unmarked":     {"text/plain", "\xe9", "\xe9", "text/plain", 0},
		"bytes":                {"image/png", "\x89PNG", "\x89PNG", "image/png", 0},

		"unknown charset":      {"text/plain; charset=klingon", "a", "", "", 415},
		"unknown, form":        {form + "; charset=klingon", "a=1", "", "", 415},
		"not its bytes":        {"text/plain; charset=utf-8", "\xe9", "", "", 400},
		"JSON, not UTF-8":      {"application/json", "\"\xe9\"", "", "", 400},
		"form, not UTF-8":      {form, "a=%E9", "", "", 400},
		"form, not UTF-8, raw": {form, "a=\xe9", "", "", 400},
		"form, not gbk":        {form + "; charset=gbk", "a=%FF", "", "", 400},
		"half a pair":          {"application/json; charset=utf-16le", "\x3d\xd8", "", "", 400},
	} {
		spec := specOf(t, "{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}")
		lines := []string{"X-Id: i"}
		if c.mediaType != "" {
			lines = append(lines, "Content-Type: "+c.mediaType)
		}
		records, err := webhook.DecodeInlet(&spec, postTo("/in/in", c.body, lines...))
		if c.status != 0 {
			if err == nil || webhook.Status(err) != c.status {
				t.Errorf("%s: %v, %v; want %d", name, records, err, c.status)
			}
			continue
		}
		if err != nil || records[0].Err != nil {
			t.Errorf("%s: %v, %v", name, records, err)
		} else if e := records[0].Event; string(e.Data()) != c.data || e.DataContentType() != c.trueType {
			t.Errorf("%s: %q of %q, want %q of %q", name, e.Data(), e.DataContentType(), c.data, c.trueType)
		}
	}
}

func TestLinesAtInletsAreABatch(t *testing.T) {
	for name, c := range map[string]struct {
		inlet, mediaType, body string
		ids                    string // ! for a rejected line
		status                 int
	}{
		"ids in the body":      {"type: t, id: '${$.id}'", "application/x-ndjson", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "a b", 200},
		"an id in a header":    {"type: t, id: {header: X-Id}", "application/jsonl; charset=utf-8", "{}\r\n\r\n[1]", "h-1 h-2", 200},
		"one line":             {"type: t, id: {header: X-Id}", "application/ndjson", "{}\n", "h-1", 200},
		"one value":            {"type: t, id: {header: X-Id}", "application/x-ndjson", "{\n\"a\":1}", "h-1", 200},
		"marks":                {"type: t, id: '${$.id}'", "application/x-ndjson", "\ufeff{\"id\":\"a\"}\n\ufeff{\"id\":\"b\"}", "a b", 200},
		"utf-16":               {"type: t, id: '${$.id}'", "application/x-ndjson; charset=utf-16", utf16("{\"id\":\"a\"}\n{\"id\":\"b\"}"), "a b", 200},
		"a line is not JSON":   {"type: t, id: '${$.id}'", "application/x-ndjson", "{\"id\":\"a\"}\n{\n{\"id\":\"b\"}", "a ! b", 422},
		"no lines":             {"type: t", "application/x-ndjson", "\n \n", "", 200},
		"CloudEvents":          {"cloudevents: true", "application/x-ndjson", busEvent + "\n{}\n" + whole + "}", "e1 ! 7", 422},
		"CloudEvents, a type":  {"cloudevents: true, type: t, id: '${$.id}'", "application/jsonl", busEvent + "\n{\"id\":\"x\"}", "e1 x", 200},
		"lines of other types": {"type: t, id: {header: X-Id}", "text/plain", "{}\n{}", "h", 204},
		"too many":             {"type: t", "application/x-ndjson", strings.Repeat("1\n", 10_001), "", 413},
	} {
		spec := specOf(t, "{verify: bearer, secretEnv: S, "+c.inlet+"}")
		i := must(inlet.New(spec, []string{"t"}, nil))
		h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}})
		request := func() *http.Request {
			return postTo("/in/in", c.body, "Authorization: Bearer t", "X-Id: h", "Content-Type: "+c.mediaType)
		}
		if w := answerTo(h, request()); w.Code != c.status || c.status == 200 && len(gjson.Parse(w.Body.String()).Array()) != len(strings.Fields(c.ids)) {
			t.Errorf("%s: %d %.300s", name, w.Code, w.Body)
		}
		records, err := webhook.DecodeInlet(&spec, request())
		if err != nil && c.status != 413 {
			t.Errorf("%s: %v", name, err)
		}
		if got := idsOf(records); got != c.ids {
			t.Errorf("%s: ids %q, want %q", name, got, c.ids)
		}
	}
}

func idsOf(records []core.Record) string {
	var ids []string
	for _, r := range records {
		if r.Err != nil {
			ids = append(ids, "!")
			continue
		}
		ids = append(ids, fmt.Sprint(r.Event.ID()))
	}
	return strings.Join(ids, " ")
}
