package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

const (
	structuredType = "application/cloudevents+json"
	batchType      = "application/cloudevents-batch+json"
)

// binaryHeaders returns the headers of a valid event plus more. "name:" removes a header.
func binaryHeaders(more ...string) []string {
	return append([]string{"ce-specversion: 1.0", "ce-id: 7", "ce-source: /s", "ce-type: t"}, more...)
}

// newRequest makes a POST with header lines such as "ce-id: 1". A line without a value deletes the header.
func newRequest(body string, lines ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		if value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Add(name, strings.TrimSpace(value))
	}
	return r
}

func answerTo(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// sendAll is a deliverer that sends every valid event.
func sendAll(_ context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	for i, r := range records {
		results[i] = core.Result{Record: r, Deliveries: []core.Delivery{{Receipt: core.Receipt{MsgID: fmt.Sprintf("M%d", i)}}}}
		if r.Err != nil {
			results[i] = core.Result{Record: r, Outcome: core.Refused, Err: r.Err}
		}
	}
	return results
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func newHandler(d core.Deliverer, o webhook.Options) http.Handler {
	if o.Log == nil {
		o.Log = quiet()
	}
	return webhook.New(d, &o)
}

// A problem is the body of an error answer.
type problem struct {
	Type, Title, Detail, Code, Class, Actor, RequestID string

	Status int
	Events []eventAnswer
}

type eventAnswer struct {
	Index                                               int
	ID, Source, Outcome, Detail, Code, Class, RequestID string
	MsgIDs                                              []string
}

// problemOf decodes an answer and fails the test if it does not conform to RFC 9457.
func problemOf(t testing.TB, w *httptest.ResponseRecorder) problem {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("status %d with content type %q, want a problem", w.Code, got)
	}
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("status %d: %v in %q", w.Code, err, w.Body)
	}
	if p.Status != w.Code || p.Title == "" || p.Detail == "" || p.Code == "" || !strings.HasPrefix(p.Type, "urn:sendbridge:error:") {
		t.Fatalf("status %d: incomplete problem %s", w.Code, w.Body)
	}
	return p
}

// attributesOf returns the attributes of an event, and its data under "data" if it has any.
func attributesOf(t testing.TB, e event.Event) map[string]string {
	t.Helper()
	ec := e.Context.AsV1()
	m := map[string]string{"id": ec.ID, "source": ec.Source.String(), "type": ec.Type}
	if ec.Subject != nil {
		m["subject"] = *ec.Subject
	}
	if ec.DataContentType != nil {
		m["datacontenttype"] = *ec.DataContentType
	}
	if ec.DataSchema != nil {
		m["dataschema"] = ec.DataSchema.String()
	}
	if v := (&cloudevent.View{Context: ec}).Attribute("time"); v.Str != "" {
		m["time"] = v.Str
	}
	for name, v := range ec.Extensions {
		s, err := types.Format(v)
		if err != nil {
			t.Fatalf("extension %s: %v", name, err)
		}
		m[name] = s
	}
	if e.Data() != nil {
		m["data"] = string(e.Data())
	}
	return m
}

var manyX = strings.Repeat("x", 32<<10)

// endless is a reader that never ends and counts the bytes read.
type endless struct{ read, size int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= e.size {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.size-e.read)
	for rest := p[:n]; len(rest) > 0; {
		rest = rest[copy(rest, manyX):]
	}
	e.read += n
	return int(n), nil
}

// parseInlet reads a rules file with one inlet.
func parseInlet(yaml string) (specs []inlet.Spec, err error) {
	_, err = rules.Parse("test.yaml", []byte("rules: [{topic: abc, payload: original}]\ninlets: {in: "+yaml+"}"), inlet.Section(&specs))
	return specs, err
}

func specOf(t testing.TB, yaml string) inlet.Spec {
	t.Helper()
	specs, err := parseInlet(yaml)
	if err != nil {
		t.Fatal(err)
	}
	return specs[0]
}

func postTo(path, body string, lines ...string) *http.Request {
	r := newRequest(body, lines...)
	r.URL.Path = path
	return r
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
