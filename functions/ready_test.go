package functions_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// A probe sends requests to a server as a load balancer does.
type probe struct {
	t      *testing.T
	server *functions.Server
}

// want checks the state of /readyz, which is empty if it is ready, and that the other probes ignore it.
func (p probe) want(state, when string) {
	p.t.Helper()
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	var body struct{ Code, Detail string }
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	status := http.StatusOK
	if state != "" {
		status = http.StatusServiceUnavailable
	}
	if w.Code != status || body.Code != state || state != "" && body.Detail != "not ready: the log says why" {
		p.t.Errorf("%s: %d %s, want %q", when, w.Code, w.Body, state)
	}
	for _, path := range []string{"/healthz", "/livez"} {
		w := httptest.NewRecorder()
		if p.server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil)); w.Code != http.StatusOK {
			p.t.Errorf("%s: %s answers %d", when, path, w.Code)
		}
	}
}

func newProbe(t *testing.T, s *scene) probe {
	return probe{t, functions.NewServer(s.app.Handler(), time.Minute, slog.New(slog.DiscardHandler),
		&functions.ServerOptions{Drain: 5 * time.Second, Unready: s.app.Unready})}
}

// Without credentials the process is not ready. Because no events arrive then, the probe starts a fetch.
func TestNotReadyWithoutCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fetches atomic.Int64
		source := credential.New("test", func(context.Context) (credential.Grant, error) {
			if fetches.Add(1) < 3 {
				return credential.Grant{}, errors.New("no answer")
			}
			return credential.Grant{
				Credentials: onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret},
				Expires:     time.Now().Add(time.Hour),
			}, nil
		})
		s := newSceneWith(t, onstest.Quota{}, func(http.RoundTripper) (*credential.Source, error) { return source, nil })
		p := newProbe(t, s)
		p.want("NoCredentials", "before the first fetch")
		for range 10 {
			synctest.Wait()
			time.Sleep(10 * time.Second)
			p.server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil))
		}
		synctest.Wait()
		p.want("", "after a fetch that probes have started")
		time.Sleep(2 * time.Hour)
		p.want("NoCredentials", "when they have ended")
		synctest.Wait()
		p.want("", "after the fetch that this probe has started")
	})
}

// An endpoint that has never answered and one that stopped answering are different states. Both end by themselves.
func TestReadinessFollowsTheEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, onstest.Quota{}, "SENDBRIDGE_TIMEOUT=50ms")
		p := newProbe(t, s)
		p.want("", "before the first try")
		s.refuse.Store(true)
		s.post("application/cloudevents+json", numbered(1))
		p.want("EndpointUnreached", "after a refused connection")
		synctest.Wait()
		time.Sleep(time.Minute)
		p.want("EndpointUnreached", "while nothing listens")
		synctest.Wait() // the call that this probe starts
		s.refuse.Store(false)
		time.Sleep(10 * time.Second)
		p.want("EndpointUnreached", "until a probe has tried")
		synctest.Wait()
		p.want("", "after the try")

		reset := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		s.answer.Store(&reset)
		for i := range 10 {
			s.post("application/cloudevents+json", numbered(10+i))
		}
		p.want("BreakerOpen", "after five calls without an answer")
		time.Sleep(5 * time.Second)
		p.want("", "when a call may be tried")
		s.answer.Store(nil)
		if status, body := s.post("application/cloudevents+json", numbered(2)); status != http.StatusNoContent {
			t.Errorf("%d %s", status, body)
		}
		p.want("", "when it was answered")
	})
}

// An unready state is reported only by its name.
func TestReadinessTellsNoDetails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSceneWith(t, onstest.Quota{}, func(http.RoundTripper) (*credential.Source, error) {
			return credential.New("test", func(context.Context) (credential.Grant, error) {
				return credential.Grant{}, errors.New("secret: the vault at 10.1.2.3 of account 1234567890123456")
			}), nil
		})
		p := newProbe(t, s)
		p.want("NoCredentials", "before")
		synctest.Wait()
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if body := w.Body.String(); strings.Contains(body, "vault") || strings.Contains(body, "10.1.2.3") || strings.Contains(body, "1234567890123456") {
			t.Error(body)
		}
	})
}

// After the signal the state is draining, whatever else is wrong.
func TestDrainingComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSceneWith(t, onstest.Quota{}, func(http.RoundTripper) (*credential.Source, error) {
			return credential.New("test", func(context.Context) (credential.Grant, error) { return credential.Grant{}, io.EOF }), nil
		})
		p := newProbe(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- p.server.Serve(ctx, newPipes()) }()
		p.want("NoCredentials", "before the signal")
		cancel()
		synctest.Wait()
		p.want("Draining", "after it")
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
