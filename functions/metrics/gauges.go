package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

func rate(now func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "limiter_rate", Help: "Calls a second that the limiter currently allows, 0 for no limit.",
	}, now)
}

func buildInfo(version string) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "Always 1; the labels name the build.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	}, func() float64 { return 1 })
}

// breaker has one series per state, which is 1 for the current state, so that alerts can name a state.
type breaker struct {
	state func() string
	desc  *prometheus.Desc
}

func newBreaker(state func() string) breaker {
	return breaker{state, describe("breaker_state", "1 for the breaker's current state, 0 for the other states.", "state")}
}

// Describe implements prometheus.Collector.
func (b breaker) Describe(descs chan<- *prometheus.Desc) { descs <- b.desc }

// Collect implements prometheus.Collector.
func (b breaker) Collect(metrics chan<- prometheus.Metric) {
	now := b.state()
	for _, state := range [...]string{"closed", "half-open", "open"} {
		value := 0.0
		if state == now {
			value = 1
		}
		metrics <- prometheus.MustNewConstMetric(b.desc, prometheus.GaugeValue, value, state)
	}
}
