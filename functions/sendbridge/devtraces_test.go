package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
)

// dev exports spans, at the latest when it ends, if the environment names an endpoint for them.
func TestDevExportsSpans(t *testing.T) {
	paths := make(chan string, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { paths <- r.URL.Path }))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	rules := filepath.Join(write(t, map[string]string{"rules.yaml": doorRules}), "rules.yaml")
	t.Run("run", func(t *testing.T) {
		d := startDevWith(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}, "--no-sample", "--rules", rules)
		go io.Copy(io.Discard, d.reader)
		if status, body := post(t, d.url, "application/cloudevents+json", door("1", "north")); status != http.StatusNoContent {
			t.Fatalf("%d %s", status, body)
		}
	})
	if path := <-paths; path != "/v1/traces" {
		t.Errorf("exported to %s", path)
	}
}
