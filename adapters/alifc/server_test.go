package alifc_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/alifc"
	"sendbridge/core/fault"
)

// ask sends a request with header lines such as "x-fc-request-id: 1" to a server.
func ask(s http.Handler, method, path, body string, lines ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestAnInvocation(t *testing.T) {
	var log bytes.Buffer
	s := &alifc.Server{Log: &log, Invoke: func(ctx context.Context, payload []byte) ([]byte, error) {
		in := alifc.InvocationOf(ctx)
		if in.RequestID != "req-1" || in.Function != "acs:fc:cn-hangzhou:100:functions/forwarder" || string(payload) != "event" {
			t.Errorf("%+v %q", in, payload)
		}
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 60*time.Second || time.Until(deadline) < 50*time.Second {
			t.Errorf("deadline %v", deadline)
		}
		return []byte(`{"received":1}`), nil
	}}
	w := ask(s, http.MethodPost, "/invoke", "event", "x-fc-control-path: /invoke", "x-fc-request-id: req-1", "x-fc-region: cn-hangzhou",
		"x-fc-account-id: 100", "x-fc-function-name: forwarder", "x-fc-function-timeout: 60")
	if w.Code != 200 || w.Header().Get("x-fc-status") != "200" || w.Body.String() != `{"received":1}` {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if want := "FC Invoke Start RequestId: req-1\nFC Invoke End RequestId: req-1\n"; log.String() != want {
		t.Errorf("log %q, want %q", log.String(), want)
	}
}

// Without x-fc-status: 404 Function Compute would count a success, and the event would be lost.
func TestAFailedInvocation(t *testing.T) {
	var log bytes.Buffer
	s := &alifc.Server{Log: &log, ErrorType: func(error) string { return "SystemOverFlow" },
		Invoke: func(context.Context, []byte) ([]byte, error) { return []byte("kept"), errors.New("not acknowledged") }}
	w := ask(s, http.MethodPost, "/invoke", "event", "x-fc-control-path: /invoke", "x-fc-request-id: req-2")
	if w.Code != 404 || w.Header().Get("x-fc-status") != "404" || w.Body.String() != `{"errorMessage":"not acknowledged","errorType":"SystemOverFlow"}`+"\n" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if !strings.HasSuffix(log.String(), "FC Invoke End RequestId: req-2, Error: Unhandled function error\n") {
		t.Errorf("log %q", log.String())
	}
	w = ask(&alifc.Server{Invoke: func(context.Context, []byte) ([]byte, error) { return nil, context.DeadlineExceeded }}, http.MethodPost, "/", "x", "x-fc-control-path: /invoke")
	if !strings.Contains(w.Body.String(), `"errorType":"`+fault.ClassTransient+`"`) {
		t.Errorf("%s", w.Body)
	}
}

func TestALostEventIsNoSuccess(t *testing.T) {
	s := &alifc.Server{Invoke: func(context.Context, []byte) ([]byte, error) { t.Error("invoked"); return nil, nil }}
	r := httptest.NewRequest(http.MethodPost, "/invoke", io.MultiReader(strings.NewReader("ev"), broken{}))
	r.Header.Set("x-fc-control-path", "/invoke")
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Header().Get("x-fc-status") != "404" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("secret of the connection") }

// Senders choose the path of an HTTP trigger: only the control path makes an event of a request.
func TestHTTPTriggersPassThrough(t *testing.T) {
	s := &alifc.Server{
		Invoke: func(context.Context, []byte) ([]byte, error) { t.Error("invoked"); return nil, nil },
		Stop:   func() { t.Error("stopped") },
		HTTP: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for name := range r.Header {
				if strings.HasPrefix(strings.ToLower(name), "x-fc-") {
					t.Errorf("%s goes through", name)
				}
			}
			w.WriteHeader(http.StatusTeapot)
		}),
	}
	for _, c := range [][]string{
		{http.MethodPost, "/invoke", "x-fc-security-token: token"},
		{http.MethodPost, "/invoke", "x-fc-control-path: /http-invoke"},
		{http.MethodGet, "/pre-stop", "x-fc-control-path: /http-invoke"},
		{http.MethodPost, "/initialize", "x-fc-control-path: /http-invoke"},
	} {
		if w := ask(s, c[0], c[1], "", c[2]); w.Code != http.StatusTeapot || w.Header().Get("x-fc-status") != "" {
			t.Errorf("%v: %d %v", c, w.Code, w.Header())
		}
	}
	w := ask(s, http.MethodPost, "/", "", "x-fc-control-path: /http-invoke", "x-fc-invocation-type: Async")
	if w.Header().Get("x-fc-status") != "404" {
		t.Errorf("a failed asynchronous request looks like a success: %v", w.Header())
	}
}

// Nobody sees the status of an asynchronous request, so the runtime gets its failures.
func TestWhichStatusTheRuntimeGets(t *testing.T) {
	for status, want := range map[int]string{204: "", 399: "", 400: "404", 503: "404"} {
		s := &alifc.Server{HTTP: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })}
		w := ask(s, http.MethodPost, "/", "", "x-fc-control-path: /http-invoke", "x-fc-invocation-type: Async")
		if w.Code != status || w.Header().Get("x-fc-status") != want {
			t.Errorf("%d: answered %d with x-fc-status %q, want %q", status, w.Code, w.Header().Get("x-fc-status"), want)
		}
	}
}

// A time limit that the runtime does not say, or says wrongly, must not end a call at once.
func TestCallsWithoutATimeLimit(t *testing.T) {
	for limit, want := range map[string]bool{"": false, "0": false, "-1": false, "soon": false, "1": true} {
		s := &alifc.Server{Invoke: func(ctx context.Context, _ []byte) ([]byte, error) {
			if _, limited := ctx.Deadline(); limited != want {
				t.Errorf("a limit of %q: limited is %t", limit, limited)
			}
			return nil, nil
		}}
		ask(s, http.MethodPost, "/invoke", "event", "x-fc-control-path: /invoke", "x-fc-function-timeout: "+limit)
	}
}

func TestTheInstancesLife(t *testing.T) {
	stopped, begun := 0, 0
	s := &alifc.Server{Stop: func() { stopped++ }, Begin: func(ctx context.Context, h http.Header) context.Context {
		if h.Get("x-fc-access-key-id") == "STS.x" {
			begun++
		}
		return ctx
	}}
	for range 2 { // both may arrive twice
		if w := ask(s, http.MethodPost, "/initialize", "", "x-fc-control-path: /initialize", "x-fc-access-key-id: STS.x"); w.Code != 200 {
			t.Error(w.Code)
		}
		if w := ask(s, http.MethodGet, "/pre-stop", ""); w.Code != 200 {
			t.Error(w.Code)
		}
	}
	if stopped != 2 || begun != 2 {
		t.Errorf("stopped %d times, begun %d", stopped, begun)
	}
}
