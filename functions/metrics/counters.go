package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"sendbridge/core"
	"sendbridge/core/bridge"
)

// counters collects a Tally's counts from one snapshot per scrape, so that they are consistent.
type counters struct {
	tally                                *bridge.Tally
	events, errors, messages, attributes *prometheus.Desc
}

func newCounters(tally *bridge.Tally) counters {
	return counters{
		tally:    tally,
		events:   describe("events_total", "Events by their outcome. Received events are the sum of all outcomes.", "outcome"),
		errors:   describe("event_errors_total", "Events that were not acknowledged, by their most important error.", "class", "code"),
		messages: describe("messages_total", "Messages that rules made of events, by their outcome.", "rule", "outcome", "class", "code"),

		attributes: describe("attributes_changed_total", "Optional attributes of events that were left out or changed."),
	}
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// Describe implements prometheus.Collector.
func (c counters) Describe(descs chan<- *prometheus.Desc) {
	descs <- c.events
	descs <- c.errors
	descs <- c.messages
	descs <- c.attributes
}

// Collect implements prometheus.Collector.
func (c counters) Collect(metrics chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, n int, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	counts := c.tally.Snapshot()
	for outcome, n := range counts.Events {
		send(c.events, n, core.Outcome(outcome).String())
	}
	for kind, n := range counts.Errors {
		send(c.errors, n, kind.Class, kind.Code)
	}
	send(c.attributes, counts.Attributes)
	for kind, n := range counts.Messages {
		send(c.messages, n, kind.Rule, kind.Outcome.String(), kind.Class, kind.Code)
	}
}
