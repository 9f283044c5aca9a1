package metrics_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/functions/metrics"
)

var update = flag.Bool("update", false, "write docs/metrics.md again")

const metricsPage = "../../docs/metrics.md"

// alerts says for each metric what to alert on, or what to read it for.
var alerts = map[string]string{
	"sendbridge_attributes_changed_total":      "nothing; a rise after a release of a sender means that it sends other attributes",
	"sendbridge_breaker_state":                 "`state=\"open\"` at 1 for some minutes: Sendbridge makes no calls (SendbridgeBreakerOpen)",
	"sendbridge_build_info":                    "nothing; it shows which version runs where",
	"sendbridge_event_duration_seconds":        "a 99th percentile near `SENDBRIDGE_TIMEOUT` (SendbridgeSlow)",
	"sendbridge_event_errors_total":            "class `credential`, `permission`, `clock` or `unsupported` immediately (SendbridgeCannotSend); `transient`, `unknown` and `throttled` if they last (SendbridgeEventsFail, SendbridgeThrottled)",
	"sendbridge_events_total":                  "`refused` (SendbridgeRefusesEvents) and `dead-lettered` (SendbridgeDeadLetters); `dropped` if a rule should match",
	"sendbridge_fleet_degraded":                "1 for some minutes: the quota is divided by hand until it is 0 (SendbridgeFleetDegraded)",
	"sendbridge_fleet_lost_total":              "more than one in an hour: Redis, or the way to it, is not steady",
	"sendbridge_fleet_places_lapsed_total":     "a good part of the places given: this process is too busy to make its calls in time",
	"sendbridge_fleet_places_total":            "nothing; its rate is what this process has of the quota",
	"sendbridge_fleet_processes":               "nothing; it tells how many want calls now",
	"sendbridge_fleet_rate":                    "a fall says that the API throttles (`account`) or blocks (`address`) the fleet",
	"sendbridge_fleet_requests_total":          "`failed`: Redis is slow or away",
	"sendbridge_fleet_share":                   "nothing; it is the rate that each gets when all are busy",
	"sendbridge_fleet_wait_seconds_total":      "its rate over that of waits: how long a call waits for its place",
	"sendbridge_fleet_waits_total":             "nothing; see the time",
	"sendbridge_limiter_rate":                  "calls a second near it (SendbridgeNearItsRate); a fall means that the API throttles or blocks",
	"sendbridge_limiter_wait_seconds":          "a 99th percentile over a second: the rate is too low for the load",
	"sendbridge_message_attempts":              "a mean well over 1: calls fail and are retried",
	"sendbridge_message_duration_seconds":      "a 99th percentile near `SENDBRIDGE_TIMEOUT`: the API is slow",
	"sendbridge_messages_total":                "`failed` for one rule: its topic or its permission; otherwise see the events",
	"sendbridge_requests_total":                "`reason` set and `way` not `other` (SendbridgeRefusesRequests): a sender's secret or format",
	"sendbridge_rules_info":                    "more than one `hash` for a long time: processes have different rules",
	"sendbridge_rules_last_reload_successful":  "0: the last rules had a mistake, and the previous rules are in force",
	"sendbridge_rules_since_timestamp_seconds": "nothing; it shows since when the rules are in force",
}

// The lines of the exposition format about a metric.
var (
	helpLine  = regexp.MustCompile(`(?m)^# HELP (sendbridge_\S+) (.*)$`)
	typeLine  = regexp.MustCompile(`(?m)^# TYPE (sendbridge_\S+) (\S+)$`)
	labelName = regexp.MustCompile(`(\w+)="`)
)

// docs/metrics.md is made from what the exporter serves, so that both always agree.
func TestMetricsPageIsTheExporter(t *testing.T) {
	want := metricsText(t)
	if *update {
		if err := os.WriteFile(metricsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(metricsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/metrics.md differs from the code: go test ./functions/metrics -run TestMetricsPageIsTheExporter -update")
	}
}

func metricsText(t *testing.T) string {
	text := scrape(t, everyMetric(t))
	types := map[string]string{}
	for _, m := range typeLine.FindAllStringSubmatch(text, -1) {
		types[m[1]] = m[2]
	}
	var b strings.Builder
	b.WriteString(metricsIntro)
	unnamed := maps.Clone(alerts)
	for _, m := range helpLine.FindAllStringSubmatch(text, -1) {
		name, help := m[1], strings.TrimSuffix(m[2], ".")
		if alerts[name] == "" {
			t.Errorf("%s: alerts does not say what to alert on", name)
		}
		delete(unnamed, name)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", name, types[name], labelsOf(name, text), help, alerts[name])
	}
	for name := range unnamed {
		t.Errorf("%s is in alerts and not served", name)
	}
	return b.String() + metricsEnd
}

// labelsOf lists the labels of a metric's series, without those that the format itself adds.
func labelsOf(name, text string) string {
	series := regexp.MustCompile(`(?m)^` + name + `(?:_bucket|_sum|_count)?\{(.*)\} `)
	var names []string
	for _, m := range series.FindAllStringSubmatch(text, -1) {
		for _, l := range labelName.FindAllStringSubmatch(m[1], -1) {
			if quoted := "`" + l[1] + "`"; l[1] != "le" && !slices.Contains(names, quoted) {
				names = append(names, quoted)
			}
		}
	}
	return strings.Join(names, ", ")
}

// everyMetric returns an exporter that has observed something of each kind, so that each metric has a series.
func everyMetric(t *testing.T) *metrics.Exporter {
	t.Helper()
	tally := new(bridge.Tally)
	e := metrics.New("v1", tally, &metrics.Options{
		Rate:     func() float64 { return 250 },
		Breaker:  func() string { return "closed" },
		Requests: func() map[webhook.Request]int { return map[webhook.Request]int{{Way: "http:/", Status: 204}: 1} },
		Rules:    func() metrics.Rules { return metrics.Rules{Hash: "0123", Since: time.Unix(1, 0)} },
		Fleet:    func() metrics.Fleet { return metrics.Fleet{} },
	})
	failed := coded{"permission", "NoPermission"}
	r := core.Result{Outcome: core.Failed, Err: failed, Deliveries: []core.Delivery{{Rule: "r", Err: failed}}}
	tally.Observe(t.Context(), r, time.Second)
	e.Observe(t.Context(), r, time.Second)
	e.ObserveMessage(time.Second, 1)
	e.ObserveWait(time.Second)
	return e
}

const metricsIntro = `# Metrics

The HTTP handler serves these metrics at ` + "`/metrics`" + ` on ` + "`SENDBRIDGE_ADMIN_LISTEN`" + `; those that begin with ` + "`sendbridge_fleet`" + ` only with ` + "`SENDBRIDGE_REDIS`" + `. A test makes the table from the code. Names in
parentheses are alerts of [deploy/monitoring/rules.yaml](../deploy/monitoring/rules.yaml); [monitoring](monitoring.md) says what to do about them.

| metric | type | labels | what it is | what to alert on |
|---|---|---|---|---|
`

const metricsEnd = `
Received events are the sum of ` + "`sendbridge_events_total`" + ` over its outcomes. After the first hundred codes, ` + "`other`" + ` stands for
all further ones. The handler also serves the metrics of the Go runtime and of the process, ` + "`go_…` and `process_…`" + `.
`
