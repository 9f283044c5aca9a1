package deadletter_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/deadletter"
	"sendbridge/core/rules/rulestest"
	"sendbridge/internal/leaktest"
)

// A roundTripper is a function as a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

const secretToken = "s3cret-t0ken"

// sinkAt returns a sink that posts to a handler, and its server's address.
func sinkAt(t *testing.T, path, token string, h http.HandlerFunc) (core.DeadLetterFunc, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(h)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	address := strings.Replace(server.URL, "http://", "http://user:pa55w0rd@", 1) + path
	keep, err := deadletter.HTTP(address, token, transport)
	if err != nil {
		t.Fatal(err)
	}
	return keep, server
}

func TestDeadLettersOverHTTP(t *testing.T) {
	defer leaktest.Verify(t, goleak.IgnoreCurrent())
	t.Run("", func(t *testing.T) {
		var requests []*http.Request
		var bodies []string
		keep, _ := sinkAt(t, "/dead?key=qu3ry", secretToken, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			requests, bodies = append(requests, r), append(bodies, string(body))
			w.WriteHeader(http.StatusAccepted)
		})
		b := bridge.New(refusing(), rulestest.Parse(t, twoRules), &bridge.Options{DeadLetter: keep})
		if r := b.Deliver(t.Context(), []core.Record{*rulestest.Event(t, `"data":[1]`)})[0]; r.Outcome != core.DeadLettered || len(requests) != 2 {
			t.Fatalf("%s: %v after %d requests", r.Outcome, r.Err, len(requests))
		}
		for i, r := range requests {
			h := r.Header
			if r.Method != http.MethodPost || r.RequestURI != "/dead?key=qu3ry" || h.Get("Authorization") != "Bearer "+secretToken ||
				!strings.HasPrefix(h.Get("Content-Type"), "application/cloudevents+json") || r.ContentLength != int64(len(bodies[i])) {
				t.Errorf("%s %s with %v", r.Method, r.RequestURI, h)
			}
			e, err := cloudevent.DecodeEvent([]byte(bodies[i]))
			if err != nil || e.ID() != "42" || e.Extensions()["sendbridgecode"] == nil || string(e.Data()) != "[1]" {
				t.Errorf("%v, %v", e, err)
			}
		}
	})
}

func TestAnswersOfADeadLetterSink(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	defer elsewhere.Close()
	for status, taken := range map[int]bool{
		200: true, 201: true, 202: true, 204: true, 299: true,
		301: false, 302: false, 303: false, 304: false, 307: false, 308: false,
		400: false, 401: false, 404: false, 409: false, 413: false, 429: false, 500: false, 503: false,
	} {
		keep, server := sinkAt(t, "/?key=qu3ry", secretToken, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", elsewhere.URL+"/%zz?"+secretToken)
			w.WriteHeader(status)
			if status != 204 && status != 304 {
				io.WriteString(w, r.Header.Get("Authorization"))
			}
		})
		err := keep(t.Context(), rulestest.Event(t, `"data":1`).Event)
		if (err == nil) != taken {
			t.Errorf("%d: %v", status, err)
		}
		if err != nil {
			checkDiscreet(t, err)
			if !strings.Contains(err.Error(), strings.TrimPrefix(server.URL, "http://")) {
				t.Errorf("%d: %v does not say which sink", status, err)
			}
		}
	}
}

// checkDiscreet checks that an error contains no secret.
func checkDiscreet(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{secretToken, "qu3ry", "pa55w0rd", "user", "/path"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%v tells %s", err, secret)
		}
	}
}

func TestADeadLetterSinkThatCannotBeReached(t *testing.T) {
	const address = "https://user:pa55w0rd@sink.example/path?key=qu3ry"
	cause := errors.New("no route")
	for name, transport := range map[string]roundTripper{
		"unwrapped": func(*http.Request) (*http.Response, error) { return nil, cause },
		"telling": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: cause}
		},
	} {
		keep, err := deadletter.HTTP(address, secretToken, transport)
		if err != nil {
			t.Fatal(err)
		}
		err = keep(t.Context(), rulestest.Event(t, `"data":1`).Event)
		if !errors.Is(err, cause) {
			t.Errorf("%s: %v", name, err)
		}
		checkDiscreet(t, err)
	}
}

func TestADeadLetterSinkTakesNoLongerThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keep, err := deadletter.HTTP("https://sink.example", "", roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		b := bridge.New(refusing(), rulestest.Parse(t, twoRules), &bridge.Options{DeadLetter: keep})
		r := b.Deliver(ctx, []core.Record{*rulestest.Event(t, `"data":[1]`)})[0]
		if took := time.Since(start); took != time.Second || r.Outcome != core.Failed || !errors.Is(r.Err, context.DeadlineExceeded) {
			t.Errorf("%s after %s: %v", r.Outcome, took, r.Err)
		}
	})
}

func TestCredentialsOfADeadLetterSink(t *testing.T) {
	for token, want := range map[string]string{"": "Basic dXNlcjpwYTU1dzByZA==", "t": "Bearer t"} {
		got := ""
		keep, _ := sinkAt(t, "/", token, func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Authorization") })
		if err := keep(t.Context(), rulestest.Event(t, `"data":1`).Event); err != nil || got != want {
			t.Errorf("%q: got %q, %v", token, got, err)
		}
	}
}

func TestAddressesOfDeadLetterSinks(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://sink.example":           true,
		"https://10.0.0.1:8443/in?k=v":   true,
		"HTTPS://sink.example":           true,
		"http://localhost:8080":          true,
		"http://127.0.0.1":               true,
		"http://127.8.8.8:1/x":           true,
		"http://[::1]:8080":              true,
		"http://sink.example":            false,
		"http://127.0.0.1.sink.example":  false,
		"http://localhost.sink.example":  false,
		"http://10.0.0.1":                false,
		"http://0.0.0.0":                 false,
		"file:///tmp/x":                  false,
		"ftp://sink.example":             false,
		"sink.example":                   false,
		"//sink.example":                 false,
		"https://":                       false,
		"https:///path":                  false,
		"":                               false,
		"https://sink.example:port/path": false,
		"http://user:pa55w0rd@sink.example/path?qu3ry":      false,
		"https://user:pa55w0rd@sink.example/path?qu3ry%zz":  true,
		"https://user:pa55w0rd@sink.example:x/path?qu3ry":   false,
		"https://user:pa55w0rd@sink.example/path%zz/?qu3ry": false,
	} {
		_, err := deadletter.HTTP(address, secretToken, nil)
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil {
			checkDiscreet(t, err)
		}
	}
	for _, token := range []string{"a b", "a\n", "é", "\x7f"} {
		if _, err := deadletter.HTTP("https://sink.example", token, nil); err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("token %q: %v", token, err)
		}
	}
}
