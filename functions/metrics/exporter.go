// Package metrics exports a bridge's counts and durations to Prometheus. The HTTP main makes an Exporter of the bridge's
// Tally and serves its Handler on a separate address:
//
//	exporter := metrics.New(version, tally, nil)
//	mux.Handle("/metrics", exporter.Handler())
//
// It is not part of package functions, because every main imports that but only the HTTP main is scraped: the functions'
// binaries must not link Prometheus. The package does not know the rules or the API.
package metrics

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
)

// An Exporter serves a Tally's counts and the durations that it observes in Prometheus's format. It is safe for concurrent
// use.
type Exporter struct {
	registry *prometheus.Registry
	events   [core.Failed + 1]prometheus.Observer // by outcome
	messages prometheus.Histogram
	attempts prometheus.Histogram
	waits    prometheus.Histogram
}

// Options of an Exporter. Nil fields are not exported.
type Options struct {
	Rate     func() float64                 // calls per second that the limiter currently allows, 0 for no limit
	Breaker  func() string                  // the breaker's state: closed, open or half-open
	Requests func() map[webhook.Request]int // HTTP requests by their answer
	Rules    func() Rules                   // the rules in force
	Fleet    func() Fleet                   // what is shared with other processes
}

// New returns an exporter of what tally counts, with its own registry. The version is exported as build information.
func New(version string, tally *bridge.Tally, o *Options) *Exporter {
	e := &Exporter{
		registry: prometheus.NewRegistry(),
		messages: seconds("message_duration_seconds", "Time from when the limiter allows a message to its last answer, retries included."),
		waits:    seconds("limiter_wait_seconds", "Time that a call waited for the limiter, including calls that it refused."),
		attempts: calls("message_attempts", "Calls for a message, without messages that made no call."),
	}
	e.registry.MustRegister(e.messages, e.waits, e.attempts, e.byOutcome(), newCounters(tally), buildInfo(version),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if o != nil && o.Rate != nil {
		e.registry.MustRegister(rate(o.Rate))
	}
	if o != nil && o.Requests != nil {
		e.registry.MustRegister(newRequests(o.Requests))
	}
	if o != nil && o.Rules != nil {
		e.registry.MustRegister(newRules(o.Rules))
	}
	if o != nil && o.Fleet != nil {
		e.registry.MustRegister(newFleetState(o.Fleet))
	}
	if o != nil && o.Breaker != nil {
		e.registry.MustRegister(newBreaker(o.Breaker))
	}
	return e
}

// Observe is the exporter's bridge.Observer. It observes the duration of events. The counts come from the Tally, which must
// be called, too.
func (e *Exporter) Observe(_ context.Context, r core.Result, took time.Duration) {
	e.events[r.Outcome].Observe(took.Seconds())
}

// ObserveMessage observes a message that the limiter allowed: its duration with all its attempts, and their number.
func (e *Exporter) ObserveMessage(took time.Duration, attempts int) {
	e.messages.Observe(took.Seconds())
	if attempts > 0 {
		e.attempts.Observe(float64(attempts))
	}
}

// ObserveWait observes how long a call waited for the limiter.
func (e *Exporter) ObserveWait(d time.Duration) { e.waits.Observe(d.Seconds()) }

// Handler answers scrapes. Serve it at /metrics on an address that only operators can reach.
func (e *Exporter) Handler() http.Handler {
	return promhttp.HandlerFor(e.registry, promhttp.HandlerOpts{})
}

const namespace = "sendbridge"
