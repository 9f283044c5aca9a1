package tracing_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	pb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"sendbridge/core/onstest"
	"sendbridge/functions"
	"sendbridge/functions/tracing"
)

// A receiver receives spans like a collector: https://opentelemetry.io/docs/specs/otlp/#otlphttp
type receiver struct {
	mu       sync.Mutex
	spans    []*pb.Span
	resource map[string]string
	err      error
}

func (c *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in collector.ExportTraceServiceRequest
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		body, _ = gzip.NewReader(r.Body)
	}
	raw, err := io.ReadAll(body)
	if err == nil {
		err = proto.Unmarshal(raw, &in)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err = err; r.URL.Path != "/v1/traces" {
		c.err = fmt.Errorf("path %s", r.URL.Path)
	}
	for _, of := range in.ResourceSpans {
		c.resource = map[string]string{}
		for _, a := range of.Resource.Attributes {
			c.resource[a.Key] = a.Value.GetStringValue()
		}
		for _, scope := range of.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
}

// tree returns the spans as lines, each below its parent, with the attributes that matter here.
func (c *receiver) tree(parent string, depth int) (lines []string) {
	children := slices.DeleteFunc(slices.Clone(c.spans), func(s *pb.Span) bool { return hex.EncodeToString(s.ParentSpanId) != parent })
	slices.SortFunc(children, func(a, b *pb.Span) int { return int(int64(a.StartTimeUnixNano) - int64(b.StartTimeUnixNano)) })
	for _, s := range children {
		line := strings.Repeat("  ", depth) + s.Name
		for _, a := range s.Attributes {
			switch a.Key {
			case "cloudevents.event_id", "messaging.destination.name", "sendbridge.outcome", "error.type":
				if a.Key != "messaging.destination.name" || s.Kind == pb.Span_SPAN_KIND_PRODUCER {
					line += " " + a.Value.GetStringValue()
				}
			}
		}
		lines = append(append(lines, line), c.tree(hex.EncodeToString(s.SpanId), depth+1)...)
	}
	return lines
}

// traced posts one request to an app with tracing, after making the API fail once, and returns the spans and the published
// payload.
func traced(t *testing.T, headers map[string]string) (*receiver, string) {
	t.Helper()
	c := &receiver{}
	otlp := httptest.NewServer(c)
	defer otlp.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.URL)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")

	var published string
	emulator := onstest.New(&onstest.Options{Publish: func(m onstest.Message) error { published = m.Payload; return nil }})
	if err := emulator.Fail(onstest.Fault{Code: "SystemOverFlow", Times: 1}); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(emulator)
	defer api.Close()
	config, rules, parts, err := functions.FromEnvironment([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=" + api.URL, "SENDBRIDGE_TOPIC=events/${$.id}", "SENDBRIDGE_DRAIN=0",
		"SENDBRIDGE_TIMEOUT=1m", "SENDBRIDGE_REQUEST_TIMEOUT=2m", // on a busy machine the API seems slow
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + otlp.URL,
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	tracer, err := tracing.FromEnvironment(t.Context(), parts.Environ, parts.Log)
	if err != nil {
		t.Fatal(err)
	}
	parts.Trace, parts.Observe = tracer.Trace(), tracer.Observe
	app, err := functions.New(config, rules, parts)
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	serve(t, app, func(url string) {
		r, err := http.NewRequest("POST", url, bytes.NewReader([]byte(`{"specversion":"1.0","id":"7","source":"/s","type":"com.example.door"}`)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/cloudevents+json")
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusNoContent {
			t.Fatal(answer.Status)
		}
		if answer, err := http.Get(url + "healthz"); err != nil || answer.StatusCode != 200 {
			t.Fatal(answer, err)
		}
	})
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.err != nil {
		t.Fatal(c.err)
	}
	return c, published
}

// serve runs an app while do runs.
func serve(t *testing.T, app *functions.App, do func(url string)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- app.Serve(ctx, l) }()
	do("http://" + l.Addr().String() + "/")
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestAnEventOfTwoAttemptsIsATree(t *testing.T) {
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	c, published := traced(t, map[string]string{"traceparent": "00-" + trace + "-" + parent + "-01"})
	want := []string{
		"POST",
		"  decode",
		"  process com.example.door sent 7",
		"    match",
		"    send events/7",
		"      SendMessage SystemOverFlow",
		"      SendMessage",
	}
	if diff := cmp.Diff(want, c.tree(parent, 0)); diff != "" {
		t.Error(diff)
	}
	for _, s := range c.spans {
		if id := hex.EncodeToString(s.TraceId); id != trace {
			t.Errorf("%s is of trace %s", s.Name, id)
		}
	}
	if c.resource["service.name"] != "sendbridge" || c.resource["deployment.environment.name"] != "test" {
		t.Errorf("resource %v", c.resource)
	}
	// The device can continue the trace from the request's span.
	var event struct{ Traceparent string }
	if err := json.Unmarshal([]byte(published), &event); err != nil {
		t.Fatal(err)
	}
	root := c.spans[slices.IndexFunc(c.spans, func(s *pb.Span) bool { return s.Name == "POST" })]
	if want := "00-" + trace + "-" + hex.EncodeToString(root.SpanId) + "-01"; event.Traceparent != want {
		t.Errorf("traceparent %q, want %q", event.Traceparent, want)
	}
}

// No span contains a part of the payload or of a key.
func TestSpansShowNoPayloadAndNoKey(t *testing.T) {
	c, published := traced(t, map[string]string{"Authorization": "Bearer of-a-proxy"})
	text := fmt.Sprint(c.spans)
	for _, secret := range []string{published, "of-a-proxy", onstest.AccessKeySecret, onstest.AccessKeyID + "\""} {
		if strings.Contains(text, secret) {
			t.Errorf("the spans show %q", secret)
		}
	}
}

func TestWithoutAnEndpointNothingIsTraced(t *testing.T) {
	for _, environ := range []map[string]string{
		{},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
	} {
		tracer, err := tracing.FromEnvironment(t.Context(), environ, nil)
		if tracer != nil || err != nil {
			t.Errorf("%v: %v, %v", environ, tracer, err)
		}
		if trace := tracer.Trace(); trace.Span != nil || trace.Requests != nil || tracer.Close(t.Context()) != nil {
			t.Errorf("%v: makes spans", environ)
		}
	}
	_, err := tracing.FromEnvironment(t.Context(), map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, nil)
	if err == nil || err.Error() != `OTEL_EXPORTER_OTLP_PROTOCOL="grpc": want http/protobuf` {
		t.Error(err)
	}
}
