package webhook_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// FuzzReceiver: every request gets a complete answer that never blames the bridge. Every delivered event is a CloudEvent,
// and stays the same when it is encoded as structured JSON.
func FuzzReceiver(f *testing.F) {
	binary := strings.Join(binaryHeaders(), "\n")
	f.Add("POST", "/", binary+"\nContent-Type: application/json", `{"a":1}`)
	f.Add("POST", "/", binary+"\nce-subject: \"a \\\" %20\"\nce-time: 2026-01-31T12:00:00Z\nce-dataschema: urn:a", "\xff")
	f.Add("POST", "/", binary+"\nce-source: //h/%2f?q#f", "")
	f.Add("POST", "/", "Content-Type: application/cloudevents+json; charset=utf-8", whole+`,"data":{"a":[1]},"n":-1,"b":false}`)
	f.Add("POST", "/", "Content-Type: application/cloudevents+json", whole+`,"data_base64":"AP8=","datacontenttype":"a/b"}`)
	f.Add("POST", "/", "Content-Type: application/cloudevents-batch+json", `[`+whole+`},{"id":1}]`)
	f.Add("POST", "/", "Content-Type: text/plain\nContent-Encoding: gzip", "x")
	f.Add("POST", "/", binary+"\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\ntracestate: a=1, b@c=2", "")
	f.Add("OPTIONS", "/", "WebHook-Request-Origin: a.example\nWebHook-Request-Rate: 1", "")
	f.Add("PUT", "/x", "", "")
	f.Fuzz(func(t *testing.T, method, path, headers, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Method, r.URL = method, &url.URL{Path: path}
		for line := range strings.SplitSeq(headers, "\n") {
			name, value, _ := strings.Cut(line, ":")
			r.Header.Add(name, strings.TrimSpace(value))
		}
		delivered := []core.Record(nil)
		h := newHandler(func(ctx context.Context, records []core.Record) []core.Result {
			delivered = records
			return sendAll(ctx, records)
		}, webhook.Options{MaxBody: 4096})
		w := answerTo(h, r)
		checkStatus(t, method, w, delivered)
		for _, record := range delivered {
			if record.Err == nil {
				checkRecord(t, record)
			}
		}
	})
}

func checkStatus(t *testing.T, method string, w *httptest.ResponseRecorder, delivered []core.Record) {
	t.Helper()
	bad := slices.ContainsFunc(delivered, func(r core.Record) bool { return r.Err != nil })
	switch {
	case method == "OPTIONS" && w.Code == 200, w.Code == 204 && len(delivered) == 1 && w.Body.Len() == 0:
	case w.Code == 200:
		var events []eventAnswer
		if err := json.Unmarshal(w.Body.Bytes(), &events); err != nil || len(events) != len(delivered) || bad {
			t.Fatalf("%v: %d events delivered, answer %s", err, len(delivered), w.Body)
		}
	case slices.Contains([]int{400, 403, 405, 413, 415}, w.Code) && delivered == nil, w.Code == 422 && bad:
		problemOf(t, w)
	default:
		t.Fatalf("status %d, %d records delivered: %s", w.Code, len(delivered), w.Body)
	}
}

func checkRecord(t *testing.T, r core.Record) {
	t.Helper()
	got := attributesOf(t, r.Event)
	if got["id"] == "" || got["source"] == "" || got["type"] == "" || r.Event.SpecVersion() != "1.0" || !strings.HasPrefix(r.Ingress, "http:/") {
		t.Fatalf("not a CloudEvent: %v", got)
	}
	for name, value := range got {
		if name == "data" {
			continue
		}
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || name == "" {
			t.Fatalf("attribute %q", name)
		}
		if value == "" || !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
			t.Fatalf("%s is %q", name, value)
		}
	}
	again, err := webhook.Decode(newRequest(structuredForm(got), "Content-Type: "+structuredType))
	if err != nil {
		t.Fatalf("%v as structured JSON: %v", got, err)
	}
	if diff := cmp.Diff(got, attributesOf(t, again[0].Event)); diff != "" {
		t.Fatalf("changed as structured JSON: %s", diff)
	}
}

// structuredForm encodes an event with its data as base64.
func structuredForm(event attributes) string {
	object := map[string]any{"specversion": "1.0"}
	for name, value := range event {
		if name == "data" {
			object["data_base64"] = []byte(value)
		} else {
			object[name] = value
		}
	}
	text, _ := json.Marshal(object)
	return string(text)
}

// FuzzBodies: an error about a body is always the sender's, and decoding again gives the same result.
func FuzzBodies(f *testing.F) {
	alerts := specOf(f, "{verify: bearer, secretEnv: S, type: 't.${$.a}', subject: '${$.b[0]}', time: '${$.c}', cloudevents: true}")
	git := specOf(f, "{verify: github, secretEnv: S}")
	f.Add(`{"a":1,"b":["x"],"c":1700000000}`, "application/json")
	f.Add("a=1&b=2", "application/x-www-form-urlencoded")
	f.Add(busEvent, structuredType)
	f.Fuzz(func(t *testing.T, body, mediaType string) {
		for range 2 {
			for _, path := range []string{"in", "git"} {
				spec := &alerts
				if path == "git" {
					spec = &git
				}
				r := postTo("/in/in", body, "X-GitHub-Event: issues")
				r.Header["Content-Type"] = []string{mediaType}
				records, err := webhook.DecodeInlet(spec, r)
				if err == nil && len(records) == 1 && records[0].Err == nil && records[0].Event.ID() == "" {
					t.Errorf("an event without an id of %q", body)
				}
			}
		}
	})
}
