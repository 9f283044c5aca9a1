package functions_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

type throttledError struct{}

func (throttledError) Error() string { return "slow down" }
func (throttledError) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassThrottled, Code: "Throttling.User"}
}

var (
	sent = core.Result{Deliveries: []core.Delivery{{Rule: "a", Receipt: core.Receipt{MsgID: "M", Attempts: 1}}}}
	late = core.Result{Outcome: core.Failed, Err: throttledError{}, Deliveries: []core.Delivery{
		{Rule: "b", Receipt: core.Receipt{Attempts: 5}, Err: throttledError{}},
		{Rule: "a", Receipt: core.Receipt{MsgID: "M", Attempts: 1}},
	}}
	noon = time.Date(2026, 7, 1, 12, 0, 0, 500e6, time.UTC)
)

// A line shows exactly the requests that were rejected since the last line.
func TestInvocationLinesShowRefusedRequests(t *testing.T) {
	var requests webhook.Tally
	m := functions.NewInvocationMetrics(new(bridge.Tally), &functions.InvocationOptions{Requests: &requests})
	refused := webhook.Request{Way: "http:/in/shop", Status: 401, Reason: "Unauthenticated"}
	requests.Observe(refused)
	for _, want := range []string{`"requests":[{"way":"http:/in/shop","status":401,"reason":"Unauthenticated","count":1}]`, `"requests":[{"way":"http:/in/shop","status":401,"reason":"Unauthenticated","count":2}]`, ""} {
		line := string(m.Line(t.Context(), noon))
		if !strings.Contains(line, want) || want == "" && strings.Contains(line, "requests") {
			t.Errorf("%s, want %q", line, want)
		}
		if strings.Contains(want, `"count":1`) {
			requests.Observe(refused)
			requests.Observe(refused)
			requests.Observe(webhook.Request{Way: "http:/", Status: 204})
		}
	}
}

func TestInvocationLines(t *testing.T) {
	var tally bridge.Tally
	m := functions.NewInvocationMetrics(&tally, &functions.InvocationOptions{
		Function: "door", Rate: func() float64 { return 25 }, Breaker: func() string { return "closed" }})
	tally.Observe(t.Context(), sent, time.Second)
	m.Line(t.Context(), noon)
	tally.Observe(t.Context(), late, 30*time.Millisecond)
	tally.Observe(t.Context(), sent, 10*time.Millisecond)
	m.ObserveWait(200 * time.Millisecond)
	m.ObserveWait(50 * time.Millisecond)
	for _, want := range []string{
		`{"time":"2026-07-01T12:00:00.5Z","level":"INFO","msg":"metrics","function":"door","invocation":"i-1",` +
			`"received":2,"sent":1,"duplicate":0,"dropped":0,"deadLettered":0,"refused":0,"failed":1,` +
			`"attempts":7,"eventMs":20,"limiterWaitMs":250,"limiterRate":25,"breaker":"closed",` +
			`"errors":[{"class":"throttled","code":"Throttling.User","count":1}],` +
			`"messages":[{"rule":"a","outcome":"sent","count":2},{"rule":"b","outcome":"failed","class":"throttled","code":"Throttling.User","count":1}]}`,
		`{"time":"2026-07-01T12:00:00.5Z","level":"INFO","msg":"metrics","function":"door","invocation":"i-1",` +
			`"received":0,"sent":0,"duplicate":0,"dropped":0,"deadLettered":0,"refused":0,"failed":0,` +
			`"attempts":0,"limiterWaitMs":0,"limiterRate":25,"breaker":"closed"}`,
	} {
		if diff := cmp.Diff(want+"\n", string(m.Line(functions.WithInvocation(t.Context(), "i-1"), noon.In(time.FixedZone("", 8*3600))))); diff != "" {
			t.Error(diff)
		}
	}
}

// In each line the outcomes add up to the received events, and the lines add up to all events, however invocations overlap.
func TestInvocationLinesAddUp(t *testing.T) {
	const invocations, events = 8, 200
	var tally bridge.Tally
	m := functions.NewInvocationMetrics(&tally, nil)
	lines := make(chan []byte, invocations*events)
	var wg sync.WaitGroup
	for range invocations {
		wg.Go(func() {
			for i := range events {
				r := core.Result{Outcome: core.Outcome(i % 6), Deliveries: sent.Deliveries}
				tally.Observe(t.Context(), r, time.Millisecond)
				m.ObserveWait(time.Millisecond)
				lines <- m.Line(t.Context(), noon)
			}
		})
	}
	wg.Wait()
	close(lines)
	var received, messages, waited float64
	for line := range lines {
		var l map[string]any
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		var sum float64
		for _, name := range []string{"sent", "duplicate", "dropped", "deadLettered", "refused", "failed"} {
			sum += l[name].(float64)
		}
		if sum != l["received"] || l["attempts"] != sum {
			t.Fatalf("not one moment's: %s", line)
		}
		received += sum
		waited += l["limiterWaitMs"].(float64)
		list, _ := l["messages"].([]any)
		for _, kind := range list {
			messages += kind.(map[string]any)["count"].(float64)
		}
	}
	if all := float64(invocations * events); received != all || messages != all || waited != all {
		t.Errorf("lines of %v events, %v messages and %v ms, of %v each", received, messages, waited, all)
	}
}

// The requirements of the specification and its schema:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func TestEmbeddedMetricFormat(t *testing.T) {
	for name, c := range map[string]struct {
		options functions.InvocationOptions
		events  []core.Result
		metrics string
	}{
		"all": {
			functions.InvocationOptions{Function: "door", Rate: func() float64 { return 25.5 }, Breaker: func() string { return "open" }},
			[]core.Result{sent, late},
			"received sent duplicate dropped deadLettered refused failed attempts eventMs limiterWaitMs limiterRate",
		},
		"no event, no limit": {
			functions.InvocationOptions{Function: "door", Rate: func() float64 { return 0 }}, nil,
			"received sent duplicate dropped deadLettered refused failed attempts limiterWaitMs",
		},
		"a rate that JSON cannot represent": {
			functions.InvocationOptions{Function: "door", Rate: func() float64 { return math.Inf(1) }}, nil,
			"received sent duplicate dropped deadLettered refused failed attempts limiterWaitMs",
		},
		"no name": {
			functions.InvocationOptions{}, []core.Result{sent},
			"received sent duplicate dropped deadLettered refused failed attempts eventMs limiterWaitMs",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var tally bridge.Tally
			c.options.Embedded = true
			m := functions.NewInvocationMetrics(&tally, &c.options)
			for _, r := range c.events {
				tally.Observe(t.Context(), r, time.Millisecond)
			}
			line := m.Line(t.Context(), noon)
			if bytes.IndexByte(line, '\n') != len(line)-1 || len(line) > 256<<10 {
				t.Errorf("not one log event: %q", line)
			}
			got := checkEmbedded(t, line, noon.UnixMilli())
			if diff := cmp.Diff(c.metrics, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
	if line := functions.NewInvocationMetrics(new(bridge.Tally), nil).Line(t.Context(), noon); bytes.Contains(line, []byte("_aws")) {
		t.Errorf("without Embedded: %s", line)
	}
}

// A document is the format of the specification. Unknown members are errors.
type document struct {
	Timestamp         *int64
	CloudWatchMetrics []struct {
		Namespace  *string
		Dimensions [][]string
		Metrics    []struct {
			Name, Unit        string
			StorageResolution int
		}
	}
}

// checkEmbedded returns the names of the metrics.
func checkEmbedded(t *testing.T, line []byte, at int64) (names []string) {
	t.Helper()
	var root map[string]json.RawMessage
	if err := json.Unmarshal(line, &root); err != nil {
		t.Fatal(err)
	}
	var doc document
	d := json.NewDecoder(bytes.NewReader(root["_aws"]))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("_aws: %v", err)
	}
	if doc.Timestamp == nil || *doc.Timestamp != at || len(doc.CloudWatchMetrics) != 1 {
		t.Fatalf("_aws: %s", root["_aws"])
	}
	directive := doc.CloudWatchMetrics[0]
	if directive.Namespace == nil || !isLong(*directive.Namespace, 1, 1024) || strings.HasPrefix(*directive.Namespace, "AWS/") ||
		len(directive.Dimensions) < 1 || len(directive.Metrics) > 100 {
		t.Errorf("directive: %s", root["_aws"])
	}
	for _, set := range directive.Dimensions {
		if set == nil || len(set) > 30 {
			t.Errorf("dimensions: %s", root["_aws"])
		}
		for _, name := range set {
			var value string
			if err := json.Unmarshal(root[name], &value); err != nil || !isLong(name, 1, 250) || !isLong(value, 1, 1024) {
				t.Errorf("dimension %q: %q, %v", name, value, err)
			}
		}
	}
	units := strings.Fields("Milliseconds Count Count/Second") // a part of CloudWatch's units
	for _, metric := range directive.Metrics {
		var value *float64
		if err := json.Unmarshal(root[metric.Name], &value); err != nil || value == nil || !isLong(metric.Name, 1, 1024) {
			t.Errorf("metric %q: %s, %v", metric.Name, root[metric.Name], err)
		}
		if !slices.Contains(units, metric.Unit) {
			t.Errorf("metric %q has the unit %q", metric.Name, metric.Unit)
		}
		names = append(names, metric.Name)
	}
	return names
}

func isLong(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return least <= n && n <= most
}
