package functions_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// A scene is an app and its API in virtual time: the emulator's handler behind a wire that can be cut.
type scene struct {
	t        testing.TB
	app      *functions.App
	tally    *bridge.Tally
	emulator *onstest.Handler
	answer   atomic.Pointer[http.HandlerFunc] // replaces the emulator unless nil
	refuse   atomic.Bool                      // connections
	calls    atomic.Int64
}

const faultRules = `
rules:
  - {topic: "faults/${$.data.n}", payload: {jsonpath: $.id}}
`

func newScene(t *testing.T, quota onstest.Quota, settings ...string) *scene {
	t.Helper()
	return newSceneWith(t, quota, func(http.RoundTripper) (*credential.Source, error) { return emulatorKey(), nil }, settings...)
}

// newSceneWith is newScene with credentials that are fetched over the scene's wire.
func newSceneWith(t *testing.T, quota onstest.Quota, open func(http.RoundTripper) (*credential.Source, error), settings ...string) *scene {
	t.Helper()
	s := &scene{t: t, emulator: onstest.New(&onstest.Options{Quota: &quota}), tally: new(bridge.Tally)}
	transport := onWire(t, s)
	transport.DialContext = s.dialer(transport.DialContext)
	config, err := functions.Load(append(settings, "SENDBRIDGE_INSTANCE_ID="+onstest.Instance, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := functions.ParseRules("faults.yaml", []byte(faultRules))
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := open(transport)
	if err != nil {
		t.Fatal(err)
	}
	s.app, err = functions.New(config, rules, functions.Parts{
		Credentials: credentials,
		Transport:   transport,
		Log:         slog.New(slog.DiscardHandler),
		Tally:       s.tally,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// onWire serves h at the end of a wire until the test ends, and returns a transport to it.
func onWire(t *testing.T, h http.Handler) transport {
	t.Helper()
	w := newWire()
	server := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go server.Serve(w)
	way := w.transport(netip.MustParseAddrPort("192.0.2.1:1"))
	t.Cleanup(func() {
		way.CloseIdleConnections()
		server.Close()
	})
	return way
}

func (s *scene) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	if h := s.answer.Load(); h != nil {
		(*h)(w, r)
		return
	}
	s.emulator.ServeHTTP(w, r)
}

func numbered(i int) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/faults","type":"t","data":{"n":%d}}`, i, i)
}

// post calls the webhook's handler.
func (s *scene) post(mediaType, body string) (int, string) {
	status, answer, _ := s.posted(mediaType, body)
	return status, answer
}

func (s *scene) posted(mediaType, body string) (int, string, http.Header) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	w := httptest.NewRecorder()
	webhook.New(s.app.Bridge.Deliver, nil).ServeHTTP(w, r)
	if found := ofTheWayOut.FindString(w.Body.String()); found != "" {
		s.t.Errorf("the answer contains %q: %s", found, w.Body)
	}
	return w.Code, w.Body.String(), w.Header()
}

// ofTheWayOut matches what an answer must not contain: host names and addresses, network errors, the credentials and their
// owner, and answers of the API, of STS or of another host.
var ofTheWayOut = regexp.MustCompile(`(?i)\d+\.\d+\.\d+\.\d+|:\d+:|\bdial\b|\blookup\b|\btcp\b|connection re|resolv|proxy|certificate|x509|\btls\b|` +
	`provider |accesskeyid |\w\*{3}|no credentials from|STS\.\*|acs:|arn:|sts:|` + onstest.AccountID + `|post-cn|aliyun|amazonaws|heard|<html|nginx|sendmessage: |\(status|an error occurred`)

// tellsStrangersNothing checks that a problem contains only its code, its class and what its sender can do.
func tellsStrangersNothing(t *testing.T, body string) {
	t.Helper()
	if body == "" {
		return
	}
	if found := ofTheWayOut.FindString(body); found != "" || !strings.Contains(body, `"code":"`) || !strings.Contains(body, `"class":"`) {
		t.Errorf("the answer contains %q: %s", found, body)
	}
}

// wantCounts checks each outcome's count, and so that nothing is counted twice or not at all.
func (s *scene) wantCounts(t *testing.T, want map[core.Outcome]int) {
	t.Helper()
	counts := s.tally.Snapshot()
	for outcome, n := range counts.Events {
		if n != want[core.Outcome(outcome)] {
			t.Errorf("%d events %s, want %d", n, core.Outcome(outcome), want[core.Outcome(outcome)])
		}
	}
}

func (s *scene) published() []string {
	var payloads []string
	for _, m := range s.emulator.Messages() {
		payloads = append(payloads, m.Payload)
	}
	return payloads
}

// wantPublished checks that exactly these events' messages were published, plus those that the fault repeats.
func (s *scene) wantPublished(t *testing.T, f faulty, ids []string) {
	t.Helper()
	if !f.passes {
		ids = nil
	}
	got := s.published()
	for _, id := range ids {
		if !slices.Contains(got, id) {
			t.Errorf("event %s was not published: %v", id, got)
		}
	}
	if len(got) != len(ids)+f.extra {
		t.Errorf("published %v, want %d messages", got, len(ids)+f.extra)
	}
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dialer refuses connections while the scene says so.
func (s *scene) dialer(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if s.refuse.Load() {
			return nil, &os.SyscallError{Syscall: "connect", Err: syscall.ECONNREFUSED}
		}
		return dial(ctx, network, address)
	}
}
