package metrics_test

import (
	"errors"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/fleet"
	"sendbridge/core/send"
	"sendbridge/functions/metrics"
)

// coded is an error like those of the API's client.
type coded struct{ class, code string }

func (c coded) Error() string         { return c.code }
func (c coded) Describe() fault.Fault { return fault.Fault{Class: c.class, Code: c.code} }

// scrape returns the text that Prometheus would read.
func scrape(t testing.TB, e *metrics.Exporter) string {
	t.Helper()
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("scrape: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// series returns the lines of a scrape whose name begins with prefix, without comments and buckets.
func series(body, prefix string) []string {
	var list []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, prefix) && !strings.Contains(line, "_bucket{") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

func TestScrape(t *testing.T) {
	var tally bridge.Tally
	state := "closed"
	e := metrics.New("v1.2.3", &tally, &metrics.Options{
		Rate:    func() float64 { return 62.5 },
		Breaker: func() string { return state },
		Rules: func() metrics.Rules {
			return metrics.Rules{Hash: "0767bb", Since: time.UnixMilli(1700000000250), Failed: state == "open"}
		},
		Fleet: func() metrics.Fleet {
			return metrics.Fleet{
				Share:  send.ShareStatus{AccountRate: 500, AddressRate: 300, Processes: 8, Neighbours: 2, Share: 62.5, Places: 40, Lapsed: 3, Waits: 20, Waited: 1500 * time.Millisecond},
				Health: fleet.Health{Degraded: state == "open", Asked: 12, Failed: 2, Lost: 1},
			}
		},
		Requests: func() map[webhook.Request]int {
			return map[webhook.Request]int{{Way: "http:/", Status: 204}: 3, {Way: "http:/in/shop", Status: 401, Reason: "Unauthenticated"}: 2}
		},
	})
	observe := bridge.Observers(tally.Observe, e.Observe)
	sent := core.Delivery{Rule: "a", Receipt: core.Receipt{MsgID: "M", Attempts: 1}}
	duplicate := sent
	duplicate.Duplicate = true
	throttled := coded{fault.ClassThrottled, "Throttling.User"}
	changed := core.Record{Event: event.Event{FieldErrors: map[string]error{"time": errors.New("left out"), "ext": errors.New("kept as text")}}}
	observe(t.Context(), core.Result{Record: changed, Deliveries: []core.Delivery{sent, duplicate}}, 250*time.Millisecond)
	observe(t.Context(), core.Result{Outcome: core.Failed, Err: throttled, Deliveries: []core.Delivery{sent, {Rule: `b"\`, Err: throttled}}}, 4*time.Second)
	observe(t.Context(), core.Result{Outcome: core.Refused, Err: errors.New("no event")}, 0)
	e.ObserveMessage(time.Second/2, 1)
	e.ObserveMessage(3*time.Second/2, 5)
	e.ObserveMessage(0, 0) // the breaker is open: no call was made
	e.ObserveWait(time.Second / 4)
	state = "open"

	want := []string{
		`sendbridge_attributes_changed_total 2`,
		`sendbridge_breaker_state{state="closed"} 0`,
		`sendbridge_breaker_state{state="half-open"} 0`,
		`sendbridge_breaker_state{state="open"} 1`,
		`sendbridge_build_info{goversion="` + runtime.Version() + `",version="v1.2.3"} 1`,
		`sendbridge_event_duration_seconds_sum{outcome="dead-lettered"} 0`,
		`sendbridge_event_duration_seconds_count{outcome="dead-lettered"} 0`,
		`sendbridge_event_duration_seconds_sum{outcome="dropped"} 0`,
		`sendbridge_event_duration_seconds_count{outcome="dropped"} 0`,
		`sendbridge_event_duration_seconds_sum{outcome="duplicate"} 0`,
		`sendbridge_event_duration_seconds_count{outcome="duplicate"} 0`,
		`sendbridge_event_duration_seconds_sum{outcome="failed"} 4`,
		`sendbridge_event_duration_seconds_count{outcome="failed"} 1`,
		`sendbridge_event_duration_seconds_sum{outcome="refused"} 0`,
		`sendbridge_event_duration_seconds_count{outcome="refused"} 1`,
		`sendbridge_event_duration_seconds_sum{outcome="sent"} 0.25`,
		`sendbridge_event_duration_seconds_count{outcome="sent"} 1`,
		`sendbridge_event_errors_total{class="throttled",code="Throttling.User"} 1`,
		`sendbridge_event_errors_total{class="unknown",code=""} 1`,
		`sendbridge_events_total{outcome="dead-lettered"} 0`,
		`sendbridge_events_total{outcome="dropped"} 0`,
		`sendbridge_events_total{outcome="duplicate"} 0`,
		`sendbridge_events_total{outcome="failed"} 1`,
		`sendbridge_events_total{outcome="refused"} 1`,
		`sendbridge_events_total{outcome="sent"} 1`,
		`sendbridge_fleet_degraded 1`,
		`sendbridge_fleet_lost_total 1`,
		`sendbridge_fleet_places_lapsed_total 3`,
		`sendbridge_fleet_places_total 40`,
		`sendbridge_fleet_processes{limit="account"} 8`,
		`sendbridge_fleet_processes{limit="address"} 2`,
		`sendbridge_fleet_rate{limit="account"} 500`,
		`sendbridge_fleet_rate{limit="address"} 300`,
		`sendbridge_fleet_requests_total{result="answered"} 10`,
		`sendbridge_fleet_requests_total{result="failed"} 2`,
		`sendbridge_fleet_share 62.5`,
		`sendbridge_fleet_wait_seconds_total 1.5`,
		`sendbridge_fleet_waits_total 20`,
		`sendbridge_limiter_rate 62.5`,
		`sendbridge_limiter_wait_seconds_sum 0.25`,
		`sendbridge_limiter_wait_seconds_count 1`,
		`sendbridge_message_attempts_sum 6`,
		`sendbridge_message_attempts_count 2`,
		`sendbridge_message_duration_seconds_sum 2`,
		`sendbridge_message_duration_seconds_count 3`,
		`sendbridge_messages_total{class="",code="",outcome="duplicate",rule="a"} 1`,
		`sendbridge_messages_total{class="",code="",outcome="sent",rule="a"} 2`,
		`sendbridge_messages_total{class="throttled",code="Throttling.User",outcome="failed",rule="b\"\\"} 1`,
		`sendbridge_requests_total{code="204",reason="",way="http:/"} 3`,
		`sendbridge_requests_total{code="401",reason="Unauthenticated",way="http:/in/shop"} 2`,
		`sendbridge_rules_info{hash="0767bb"} 1`,
		`sendbridge_rules_last_reload_successful 0`,
		`sendbridge_rules_since_timestamp_seconds 1.70000000025e+09`,
	}
	body := scrape(t, e)
	if diff := cmp.Diff(want, series(body, "sendbridge_")); diff != "" {
		t.Error(diff)
	}
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
	for _, name := range []string{"go_goroutines", "process_resident_memory_bytes"} {
		if len(series(body, name)) != 1 {
			t.Errorf("no %s", name)
		}
	}
}

func TestWhatIsUnknownIsNotShown(t *testing.T) {
	body := scrape(t, metrics.New("dev", new(bridge.Tally), nil))
	for _, name := range []string{"sendbridge_limiter_rate", "sendbridge_breaker_state", "sendbridge_fleet"} {
		if shown := series(body, name); len(shown) > 0 {
			t.Errorf("%q", shown)
		}
	}
}

// Two exporters in a process are independent, because each has its own registry.
func TestExportersAreApart(t *testing.T) {
	var tally bridge.Tally
	a, b := metrics.New("a", &tally, nil), metrics.New("b", new(bridge.Tally), nil)
	tally.Observe(t.Context(), core.Result{}, 0)
	a.ObserveWait(time.Second)
	for e, want := range map[*metrics.Exporter][]string{a: {`sendbridge_events_total{outcome="sent"} 1`, `sendbridge_limiter_wait_seconds_count 1`},
		b: {`sendbridge_events_total{outcome="sent"} 0`, `sendbridge_limiter_wait_seconds_count 0`}} {
		body := scrape(t, e)
		for _, line := range want {
			if len(series(body, line)) != 1 {
				t.Errorf("no %s in %q", line, series(body, "sendbridge_"))
			}
		}
	}
}

// In every scrape, even of a busy bridge, the outcomes add up to the received events. Each event here has one message.
func TestScrapesAgreeWithThemselves(t *testing.T) {
	var tally bridge.Tally
	e := metrics.New("dev", &tally, nil)
	observe := bridge.Observers(tally.Observe, e.Observe)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := range 3000 {
				observe(t.Context(), core.Result{Outcome: core.Outcome(i % 6), Deliveries: []core.Delivery{{Rule: "r"}}}, time.Millisecond)
				e.ObserveMessage(time.Millisecond, 1)
			}
		})
	}
	for range 20 {
		body := scrape(t, e)
		if events, messages := total(t, body, "sendbridge_events_total"), total(t, body, "sendbridge_messages_total"); events != messages {
			t.Errorf("%d events with %d messages", events, messages)
		}
	}
	wg.Wait()
	if n := total(t, scrape(t, e), "sendbridge_events_total"); n != 6000 {
		t.Errorf("%d of 6000 events", n)
	}
}

func total(t *testing.T, body, name string) int {
	t.Helper()
	sum := 0
	for _, line := range series(body, name) {
		n, err := strconv.Atoi(line[strings.LastIndex(line, " ")+1:])
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}
