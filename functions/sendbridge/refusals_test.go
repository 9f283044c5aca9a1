package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
)

// Who posts the wrong thing sees in dev what was wrong with it, and nothing else of the log.
func TestDevShowsRefusedRequests(t *testing.T) {
	var out strings.Builder
	log := slog.New(refusals{slog.DiscardHandler, &trace{out: &out}})
	log.Error("event", "outcome", "failed")
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{"))
	r.Header.Set("Content-Type", "application/cloudevents+json")
	webhook.New(nil, &webhook.Options{Log: log}).ServeHTTP(httptest.NewRecorder(), r)
	if line := out.String(); !strings.HasPrefix(line, "POST request → 400 InvalidEvent: not JSON") || strings.Count(line, "\n") != 1 {
		t.Errorf("dev prints %q", line)
	}
}
