package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"sendbridge/core"
)

// durations end at the defaults of SENDBRIDGE_TIMEOUT and SENDBRIDGE_REQUEST_TIMEOUT.
var durations = []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2, 4, 9}

func seconds(name, help string) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: durations})
}

// byOutcome returns a histogram with a series for each outcome, which Observe uses without a look-up.
func (e *Exporter) byOutcome() prometheus.Collector {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Name: "event_duration_seconds", Help: "Time from the start of an event's delivery to its outcome.", Buckets: durations,
	}, []string{"outcome"})
	for outcome := range e.events {
		e.events[outcome] = v.WithLabelValues(core.Outcome(outcome).String())
	}
	return v
}

func calls(name, help string) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Namespace: namespace, Name: name, Help: help, Buckets: []float64{1, 2, 3, 4, 6, 8, 12},
	})
}
