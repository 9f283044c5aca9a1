package awslambda

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// sent returns a MsgId for all records.
func sent(_ context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	for i := range records {
		results[i] = core.Result{Record: records[i], Outcome: core.Sent, Deliveries: []core.Delivery{{Receipt: core.Receipt{MsgID: "M1"}}}}
		if records[i].Err != nil {
			results[i].Outcome, results[i].Err, results[i].Deliveries = core.Refused, records[i].Err, nil
		}
	}
	return results
}

// An HTTP event gets the answer that the HTTP server would have given to its request.
func TestHTTPEventsAreAnsweredAsRequests(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	open := webhook.New(sent, &webhook.Options{Log: quiet})
	for _, c := range []struct {
		sample string
		h      http.Handler
		status int
		body   string // a part of the body
	}{
		{"function-url-structured", open, 204, ""},
		{"function-url-binary-bytes", open, 204, ""},
		{"http-api-batch", open, 422, `"index":1`},
		{"rest-api-binary", open, 204, ""},
		{"alb-structured", open, 204, ""},
		{"lattice-structured", open, 204, ""},
		{"lattice-v1-no-event", open, 415, "not a CloudEvent"},
		{"function-url-structured", webhook.New(sent, &webhook.Options{Log: quiet, Closed: true}), 403, "SENDBRIDGE_AUTH"},
		{"function-url-structured", webhook.New(sent, &webhook.Options{Log: quiet, Tokens: []string{"another"}}), 401, "Unauthenticated"},
		{"function-url-structured", webhook.New(func(context.Context, []core.Record) []core.Result { panic("of an event's own words") }, &webhook.Options{Log: quiet}), 500, "Panic"},
		{"alb-structured", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("of an event's own words") }), 500, "bug"},
	} {
		payload, err := os.ReadFile(filepath.Join("testdata", "http", c.sample+".json"))
		if err != nil {
			t.Fatal(err)
		}
		raw := answerHTTP(t.Context(), c.h, payload)
		var answer struct {
			StatusCode int
			Body       string
		}
		if err := json.Unmarshal(raw, &answer); err != nil {
			t.Fatalf("%s: %s: %v", c.sample, raw, err)
		}
		if answer.StatusCode != c.status || !strings.Contains(answer.Body, c.body) || strings.Contains(string(raw), "own words") {
			t.Errorf("%s: %s, want %d with %q", c.sample, raw, c.status, c.body)
		}
	}
}

// The context is the invocation's, because a handler must not continue after it.
func TestHTTPEventsEndWithTheInvocation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	payload := []byte(`{"requestContext":{"elb":{}},"httpMethod":"POST","path":"/","body":"x"}`)
	var err error
	answerHTTP(ctx, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		err = r.Context().Err()
		io.Copy(io.Discard, r.Body)
	}), payload)
	if err != context.Canceled {
		t.Errorf("the request's context ends with %v", err)
	}
}
