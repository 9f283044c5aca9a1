package onstest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

func control(h http.Handler, method, path, body string) (int, string) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8081"
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func wantStatus(t *testing.T, h http.Handler, method, path, body string, want int) string {
	t.Helper()
	status, got := control(h, method, path, body)
	if status != want {
		t.Errorf("%s %s %s: status %d, body %q; want %d", method, path, body, status, got, want)
	}
	return got
}

func TestFaultsOverHTTP(t *testing.T) {
	h := still(Options{})
	wantStatus(t, h, "POST", "/_emulator/faults", `[{"code":"SystemOverFlow","times":2},{"code":"Throttling","retryAfterMs":10}]`, 204)
	refused(t, h, newDraft().v3(), 500, "SystemOverFlow")
	wantStatus(t, h, "DELETE", "/_emulator/faults", "", 204)
	accepted(t, h, newDraft().v3())
	for body, want := range map[string]string{
		`[{"code":"Overflow"}]`:           `"Overflow" is not one of reset, lost-answer, html502, empty503, delay, ApiNotSupport, `,
		`{"code":"SystemOverFlow"}`:       "write a list like",
		`[{"code":"reset","time":3}]`:     `unknown field "time"`,
		`[{"code":"reset","times":"3"}]`:  "write a list like",
		`[{"code":"delay"}]`:              "delayMs",
		``:                                "write a list like",
		"[" + strings.Repeat(" ", 70_000): "too large",
	} {
		if got := wantStatus(t, h, "POST", "/_emulator/faults", body, 400); !strings.Contains(got, want) {
			t.Errorf("%.40s: %q, want %q in it", body, got, want)
		}
	}
	accepted(t, h, newDraft().v3())
}

func TestStatsOverHTTP(t *testing.T) {
	h := still(Options{Quota: &Quota{Address: 2, Block: time.Minute}})
	const fresh = `{"requests":0,"accepted":0,"published":0,"rejected":{},"peakPerSecond":{"account":0,"address":{}},"blocked":[]}`
	if got := wantStatus(t, h, "GET", "/_emulator/stats", "", 200); got != fresh+"\n" {
		t.Errorf("fresh: %s", got)
	}
	accepted(t, h, newDraft().v3())
	send(h, httptest.NewRequest("POST", "/", nil))
	send(h, newDraft().v3())
	const want = `{"requests":3,"accepted":1,"published":1,"rejected":{"MissingAction":1,"blocked":1},` +
		`"peakPerSecond":{"account":2,"address":{"192.0.2.1":3}},"blocked":["192.0.2.1"]}`
	if got := wantStatus(t, h, "GET", "/_emulator/stats", "", 200); got != want+"\n" {
		t.Errorf("used: %s, want %s", got, want)
	}
	wantStatus(t, h, "DELETE", "/_emulator/stats", "", 204)
	if got := wantStatus(t, h, "GET", "/_emulator/stats", "", 200); got != fresh+"\n" {
		t.Errorf("reset: %s", got)
	}
	accepted(t, h, newDraft().v3()) // no longer blocked
}

func TestMessagesOverHTTP(t *testing.T) {
	h := still(Options{})
	if got := wantStatus(t, h, "GET", "/_emulator/messages", "", 200); got != "[]\n" {
		t.Errorf("fresh: %s", got)
	}
	first := accepted(t, h, newDraft().v3()).reply.MsgID
	d := newDraft()
	d.params.Set("Payload", "\xff<")
	second := accepted(t, h, d.v1()).reply.MsgID
	want := fmt.Sprintf(`[{"topic":"TopicA/sub","payload":"hello +/*~é","msgId":"%s","time":"2026-11-22T00:00:00Z"},`+
		`{"topic":"TopicA/sub","payload":"/zw=","base64":true,"msgId":"%s","time":"2026-11-22T00:00:00Z"}]`, first, second)
	if got := wantStatus(t, h, "GET", "/_emulator/messages", "", 200); got != want+"\n" {
		t.Errorf("%s, want %s", got, want)
	}
	wantStatus(t, h, "DELETE", "/_emulator/messages", "", 204)
	if got := wantStatus(t, h, "GET", "/_emulator/messages", "", 200); got != "[]\n" {
		t.Errorf("reset: %s", got)
	}
}

func TestLastThousandMessages(t *testing.T) {
	var l history
	for i := range 2500 {
		l.add(Message{Payload: fmt.Sprint(i)})
		if i%10 > 0 && i%10 < 9 {
			continue
		}
		all := l.all()
		if n := min(i+1, maxMessages); len(all) != n || all[0].Payload != fmt.Sprint(i+1-n) || all[n-1].Payload != fmt.Sprint(i) {
			t.Fatalf("after %d: %d messages, %s to %s", i+1, len(all), all[0].Payload, all[len(all)-1].Payload)
		}
	}
}

func TestControlIsNotACall(t *testing.T) {
	h := still(Options{Quota: &Quota{Account: 1, Address: 1, Block: time.Minute}})
	_ = h.Fail(Fault{Code: "reset"})
	for range 5 {
		control(h, "GET", "/_emulator/stats", "")
	}
	if n := h.Stats().Requests; n != 0 {
		t.Errorf("%d requests", n)
	}
	wantStatus(t, h, "PUT", "/_emulator/stats", "", 405)
	wantStatus(t, h, "GET", "/_emulator/nothing", "", 404)
}

// A web page of another site must not control the emulator.
func TestForeignOrigins(t *testing.T) {
	h := still(Options{})
	for origin, want := range map[string]int{
		"": 204, "http://127.0.0.1:8081": 204, "http://127.0.0.1:8082": 403, "https://evil.example": 403, "null": 403, "http://127.0.0.1:8081.evil.example": 403, "%": 403,
	} {
		r := httptest.NewRequest("DELETE", "/_emulator/stats", nil)
		r.Host = "127.0.0.1:8081"
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("origin %q: status %d, want %d", origin, w.Code, want)
		}
	}
}

// A web page whose host name resolves to this machine must not, either: for the browser it has the same origin.
func TestForeignHosts(t *testing.T) {
	h := still(Options{})
	_ = h.Fail(Fault{Code: "SystemOverFlow"})
	for _, call := range [][2]string{{"DELETE", "faults"}, {"POST", "faults"}, {"POST", "credentials"}, {"DELETE", "credentials"},
		{"GET", "stats"}, {"DELETE", "stats"}, {"GET", "messages"}, {"DELETE", "messages"}} {
		for host, foreign := range map[string]bool{"rebound.example:8081": true, "127.0.0.1.rebound.example": true, "192.0.2.1:8081": true, "": true, "localhost:8081": false} {
			r := httptest.NewRequest(call[0], "/_emulator/"+call[1], strings.NewReader("{"))
			r.Host = host
			r.Header.Set("Origin", "http://"+host)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); (w.Code == 403) != foreign {
				t.Errorf("%v for host %q: status %d, body %q", call, host, w.Code, w.Body)
			}
		}
	}
}

// Requests equals Accepted plus Rejected for any mixture of concurrent calls.
func TestStatsAddUp(t *testing.T) {
	h := still(Options{MaxTarget: 1000, Quota: &Quota{Account: 200}})
	_ = h.Fail(Fault{Code: "reset"}, Fault{Code: "html502"}, Fault{Code: "lost-answer", Times: 40}, Fault{Code: "empty503"}, Fault{Code: "NoPermission"})
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for i := range 30 {
				d := newDraft()
				if i%3 == 0 {
					d.params.Set("Payload", strings.Repeat("x", i*100))
				}
				send(h, d.v3())
				h.SetKey(plainKey)
				_, _ = h.Stats(), h.Messages()
			}
		})
	}
	wg.Wait()
	s := h.Stats()
	sum := s.Accepted
	for _, n := range s.Rejected {
		sum += n
	}
	if s.Requests != 300 || sum != 300 || s.Rejected["414"] == 0 || s.Rejected["Throttling.User"] != 100 || s.Rejected["lost-answer"] == 0 {
		t.Errorf("stats %+v", s)
	}
	if s.Published != s.Accepted+s.Rejected["lost-answer"] || len(h.Messages()) != s.Published {
		t.Errorf("stats %+v, %d messages", s, len(h.Messages()))
	}
}

// The caller owns what the methods return.
func TestCopies(t *testing.T) {
	h := still(Options{})
	accepted(t, h, newDraft().v3())
	before := h.Stats()
	h.Stats().Rejected["x"]++
	h.Messages()[0].Payload = "changed"
	if diff := cmp.Diff(before, h.Stats()); diff != "" || h.Messages()[0].Payload == "changed" {
		t.Errorf("stats differ: %s", diff)
	}
}

// The same works over a real connection with an independent JSON decoder.
func TestOverTheWire(t *testing.T) {
	server := httptest.NewServer(New(nil))
	defer server.Close()
	res, err := server.Client().Get(server.URL + "/_emulator/stats")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var s Stats
	if err := json.NewDecoder(res.Body).Decode(&s); err != nil || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("header %v, error %v", res.Header, err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
}
