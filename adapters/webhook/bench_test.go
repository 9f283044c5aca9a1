package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

var kilobyte = `{"device":"d-17","reading":` + strings.Repeat("1234567890", 99) + `}`

// samples has a request in each mode, with about 1 KB of data per event.
var samples = []struct {
	name    string
	headers []string
	body    string
}{
	{"binary", binaryHeaders("ce-time: 2026-01-31T12:00:00Z", "ce-subject: d-17", "Content-Type: application/json"), kilobyte},
	{"structured", []string{"Content-Type: application/cloudevents+json; charset=utf-8"}, structuredSample},
	{"batch", []string{"Content-Type: " + batchType}, "[" + strings.Repeat(structuredSample+",", 9) + structuredSample + "]"},
}

var structuredSample = whole + `,"time":"2026-01-31T12:00:00Z","subject":"d-17","datacontenttype":"application/json","data":` + kilobyte + `}`

func BenchmarkDecode(b *testing.B) {
	for _, s := range samples {
		b.Run(s.name, func(b *testing.B) {
			r := newRequest(s.body, s.headers...)
			body := bytes.NewReader(nil)
			r.Body = io.NopCloser(body)
			b.ReportAllocs()
			b.SetBytes(int64(len(s.body)))
			text := []byte(s.body)
			for b.Loop() {
				body.Reset(text)
				if _, err := webhook.Decode(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHandler measures the receiver without a network and with a deliverer that always succeeds.
func BenchmarkHandler(b *testing.B) {
	for _, s := range samples {
		b.Run(s.name, func(b *testing.B) {
			h := newHandler(sentBefore(), webhook.Options{Tokens: []string{"token"}})
			r := newRequest(s.body, append(s.headers, "Authorization: Bearer token")...)
			body, text := bytes.NewReader(nil), []byte(s.body)
			closer := io.NopCloser(body)
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				body.Reset(text)
				r.Body = closer
				if h.ServeHTTP(w, r); w.status >= 300 {
					b.Fatal(w.status)
				}
			}
		})
	}
}

// sentBefore returns a deliverer that costs as little as possible.
func sentBefore() core.Deliverer {
	deliveries := []core.Delivery{{Receipt: core.Receipt{MsgID: fmt.Sprintf("%032X", 7)}}}
	return func(_ context.Context, records []core.Record) []core.Result {
		results := make([]core.Result, len(records))
		for i := range records {
			results[i] = core.Result{Record: records[i], Deliveries: deliveries}
		}
		return results
	}
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header             { return d.header }
func (d *discard) WriteHeader(status int)          { d.status = status }
func (d *discard) Write(p []byte) (int, error)     { return len(p), nil }
func (d *discard) SetReadDeadline(time.Time) error { return nil }
