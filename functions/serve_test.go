package functions_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/functions"
	"sendbridge/internal/leaktest"
)

// serve runs a server around a handler until the test stops it.
func serve(t *testing.T, inner http.Handler) (url string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- functions.NewServer(inner, time.Minute, slog.New(slog.DiscardHandler), nil).Serve(ctx, l)
	}()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { stop() })
	return "http://" + l.Addr().String(), stop
}

func status(t *testing.T, client *http.Client, method, url string) (int, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, answer.Header
}

// A request to a path that answers probes, or that a router would redirect, delivers nothing, so no answer may look like a
// success.
func TestNoPathThatDeliversNothingLooksLikeASuccess(t *testing.T) {
	tally := new(webhook.Tally)
	inner := webhook.New(func(context.Context, []core.Record) []core.Result {
		t.Error("delivered")
		return nil
	}, &webhook.Options{Log: slog.New(slog.DiscardHandler), Tally: tally})
	s := functions.NewServer(inner, time.Minute, slog.New(slog.DiscardHandler), &functions.ServerOptions{Tally: tally})
	want := map[webhook.Request]int{}
	for target, code := range map[string]int{
		"/healthz": 405, "/readyz": 405, "//": 400, "//healthz": 400, "/./": 400, "/in/..": 400, "/a/../": 400, "/%2e/": 400,
		"/healthz/": 400, "/readyz/..": 400, "/in//x": 400,
	} {
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
			r := httptest.NewRequest(method, "http://host"+target, strings.NewReader(anEvent))
			r.Header.Set("Content-Type", "application/cloudevents+json")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != code || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s: %d %v", method, target, w.Code, w.Header())
			}
			switch code {
			case 405:
				want[webhook.Request{Way: "probe", Status: 405, Reason: "MethodNotAllowed"}]++
			default:
				want[webhook.Request{Way: "other", Status: 400, Reason: "NoInlet"}]++
			}
		}
	}
	if diff := cmp.Diff(want, tally.Snapshot()); diff != "" {
		t.Error(diff)
	}
}

const anEvent = `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`

func TestProbesAndHeaders(t *testing.T) {
	others := goleak.IgnoreCurrent()
	url, stop := serve(t, http.NotFoundHandler())
	client := &http.Client{Transport: &http.Transport{}}
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, _ := status(t, client, http.MethodGet, url+path); code != http.StatusOK {
			t.Errorf("%s: %d", path, code)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Ce-Id", strings.Repeat("x", 128<<10))
	answer, err := client.Do(r)
	if err != nil || answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Fatalf("128 KiB of headers: %v, %v", answer, err)
	}
	answer.Body.Close()
	client.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	leaktest.Verify(t, others)
}

func TestProbesTakeNoEvents(t *testing.T) {
	url, _ := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a probe's path reached the handler") }))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, path := range []string{"/healthz", "/readyz"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodOptions} {
			code, header := status(t, client, method, url+path)
			if code != http.StatusMethodNotAllowed || header.Get("Allow") != "GET, HEAD" || header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s: %d, %v", method, path, code, header)
			}
		}
		if code, _ := status(t, client, http.MethodHead, url+path); code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, code)
		}
	}
}

// Some senders treat a redirect as a success, but nothing was delivered.
func TestNoPathIsRedirected(t *testing.T) {
	deliver := core.Deliverer(func(context.Context, []core.Record) []core.Result {
		t.Error("delivered")
		return nil
	})
	url, _ := serve(t, webhook.New(deliver, &webhook.Options{Log: slog.New(slog.DiscardHandler)}))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, path := range []string{"//", "/./", "/../", "/in//x", "/in/./x", "/in/../x", "//healthz", "/readyz/", "/./readyz", "/%2e/"} {
		code, header := status(t, client, http.MethodPost, url+path)
		if code != http.StatusBadRequest || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d, %v", path, code, header)
		}
	}
}
