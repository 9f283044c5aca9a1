package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"sendbridge/core/fleet"
	"sendbridge/core/send"
)

// Fleet is a process's view of its fleet.
type Fleet struct {
	Share  send.ShareStatus
	Health fleet.Health
}

// fleetState collects all its metrics from one snapshot per scrape.
type fleetState struct {
	now func() Fleet

	degraded, lost, requests, rate, processes, share, places, lapsed, waits, waited *prometheus.Desc
}

func newFleetState(now func() Fleet) fleetState {
	return fleetState{
		now:       now,
		degraded:  describe("fleet_degraded", "1 while Redis is unavailable, slow or faulty and this process works on its own, otherwise 0."),
		lost:      describe("fleet_lost_total", "How often Redis became unavailable."),
		requests:  describe("fleet_requests_total", "Requests to run a script in Redis, by whether it answered within 50 ms.", "result"),
		rate:      describe("fleet_rate", "Current rate of all processes together in calls a second, by the limit that they share.", "limit"),
		processes: describe("fleet_processes", "Processes that requested places in the second before this process's last request, by the limit that they share.", "limit"),
		share:     describe("fleet_share", "Rate of this process in calls a second, if all processes need the same."),
		places:    describe("fleet_places_total", "Places for calls that the fleet granted this process."),
		lapsed:    describe("fleet_places_lapsed_total", "Places that expired unused."),
		waits:     describe("fleet_waits_total", "Calls that had to wait for a place of the fleet."),
		waited:    describe("fleet_wait_seconds_total", "Time that calls waited for places of the fleet."),
	}
}

// Describe implements prometheus.Collector.
func (f fleetState) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{f.degraded, f.lost, f.requests, f.rate, f.processes, f.share, f.places, f.lapsed, f.waits, f.waited} {
		descs <- d
	}
}

// Collect implements prometheus.Collector.
func (f fleetState) Collect(metrics chan<- prometheus.Metric) {
	now := f.now()
	s, h := &now.Share, &now.Health
	send := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	degraded := 0.0
	if h.Degraded {
		degraded = 1
	}
	send(f.degraded, prometheus.GaugeValue, degraded)
	send(f.lost, prometheus.CounterValue, float64(h.Lost))
	send(f.requests, prometheus.CounterValue, float64(h.Asked-h.Failed), "answered")
	send(f.requests, prometheus.CounterValue, float64(h.Failed), "failed")
	send(f.rate, prometheus.GaugeValue, s.AccountRate, "account")
	send(f.rate, prometheus.GaugeValue, s.AddressRate, "address")
	send(f.processes, prometheus.GaugeValue, float64(s.Processes), "account")
	send(f.processes, prometheus.GaugeValue, float64(s.Neighbours), "address")
	send(f.share, prometheus.GaugeValue, s.Share)
	send(f.places, prometheus.CounterValue, float64(s.Places))
	send(f.lapsed, prometheus.CounterValue, float64(s.Lapsed))
	send(f.waits, prometheus.CounterValue, float64(s.Waits))
	send(f.waited, prometheus.CounterValue, s.Waited.Seconds())
}
