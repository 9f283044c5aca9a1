package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// Every rejected request is counted with its reason, because nothing of it becomes an event.
func TestEveryRefusalIsCounted(t *testing.T) {
	const small = 300
	for name, c := range map[string]struct {
		o      webhook.Options
		method string
		path   string
		body   string
		lines  []string
		want   webhook.Request
	}{
		"taken":      {lines: binaryHeaders(), want: webhook.Request{Way: "http:/", Status: 204}},
		"malformed":  {body: "{", lines: []string{"Content-Type: " + structuredType}, want: webhook.Request{Way: "http:/", Status: 400, Reason: "InvalidEvent"}},
		"no path":    {path: "/elsewhere/" + strings.Repeat("x", 50), want: webhook.Request{Way: "other", Status: 400, Reason: "NoInlet"}},
		"no token":   {o: webhook.Options{Tokens: []string{"t"}}, lines: binaryHeaders(), want: webhook.Request{Way: "http:/", Status: 401, Reason: "Unauthenticated"}},
		"closed":     {o: webhook.Options{Closed: true}, lines: binaryHeaders(), want: webhook.Request{Way: "http:/", Status: 403, Reason: "AuthNotSet"}},
		"no origin":  {o: webhook.Options{AllowedOrigins: []string{"a.example"}}, lines: binaryHeaders("WebHook-Request-Origin: b.example"), want: webhook.Request{Way: "http:/", Status: 403, Reason: "OriginNotAllowed"}},
		"PUT":        {method: http.MethodPut, lines: binaryHeaders(), want: webhook.Request{Way: "http:/", Status: 405, Reason: "MethodNotAllowed"}},
		"large":      {o: webhook.Options{MaxBody: small}, body: strings.Repeat("x", small+1), lines: binaryHeaders(), want: webhook.Request{Way: "http:/", Status: 413, Reason: "BodyTooLarge"}},
		"no event":   {body: "{}", lines: []string{"Content-Type: application/json"}, want: webhook.Request{Way: "http:/", Status: 415, Reason: "UnsupportedMediaType"}},
		"bad coding": {body: "x", lines: binaryHeaders("Content-Encoding: lzma"), want: webhook.Request{Way: "http:/", Status: 415, Reason: "UnsupportedEncoding"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Tally = new(webhook.Tally)
			r := newRequest(c.body, c.lines...)
			if c.method != "" {
				r.Method = c.method
			}
			if c.path != "" {
				r.URL.Path = c.path
			}
			answerTo(newHandler(sendAll, c.o), r)
			if diff := cmp.Diff(map[webhook.Request]int{c.want: 1}, c.o.Tally.Snapshot()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeliveriesInFlightAreBounded(t *testing.T) {
	const limit = 256
	arrived, release := make(chan bool, limit), make(chan bool)
	tally := new(webhook.Tally)
	h := newHandler(func(ctx context.Context, records []core.Record) []core.Result {
		arrived <- true
		<-release
		return sendAll(ctx, records)
	}, webhook.Options{Tally: tally})
	answered := make(chan int, limit)
	for range limit {
		go func() { answered <- answerTo(h, newRequest("", binaryHeaders()...)).Code }()
	}
	for range limit {
		<-arrived
	}
	w := answerTo(h, newRequest("", binaryHeaders()...))
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("one beyond the bound was answered %d, %v", w.Code, w.Header())
	}
	close(release)
	for range limit {
		if code := <-answered; code != 204 {
			t.Errorf("one within the bound was answered %d", code)
		}
	}
	want := map[webhook.Request]int{{Way: "http:/", Status: 204}: limit, {Way: "http:/", Status: 503, Reason: "Busy"}: 1}
	if diff := cmp.Diff(want, tally.Snapshot()); diff != "" {
		t.Error(diff)
	}
}

// A tally keeps a thousand kinds of requests. All further kinds are counted together by their status, so that nothing that is
// sent makes it grow.
func TestATallyIsBounded(t *testing.T) {
	var tally webhook.Tally
	kind := func(i int) webhook.Request {
		return webhook.Request{Way: fmt.Sprintf("http:/in/%d", i), Status: 400, Reason: "NoInlet"}
	}
	for i := range 1003 {
		tally.Observe(kind(i))
	}
	tally.Observe(kind(999))
	counts := tally.Snapshot()
	if len(counts) != 1001 || counts[kind(999)] != 2 || counts[kind(1000)] != 0 || counts[webhook.Request{Way: "other", Status: 400, Reason: "other"}] != 3 {
		t.Errorf("%d kinds; the last within the bound: %d, the first beyond: %d", len(counts), counts[kind(999)], counts[kind(1000)])
	}
}
