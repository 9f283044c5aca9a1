package metrics

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"sendbridge/adapters/webhook"
)

// requests collects the counts of HTTP requests.
type requests struct {
	counts func() map[webhook.Request]int
	desc   *prometheus.Desc
}

func newRequests(counts func() map[webhook.Request]int) requests {
	return requests{counts, describe("requests_total", "HTTP requests by way in and status. The reason is a code if no part of the request reached delivery.", "way", "code", "reason")}
}

func (r requests) Describe(descs chan<- *prometheus.Desc) { descs <- r.desc }

func (r requests) Collect(metrics chan<- prometheus.Metric) {
	for kind, n := range r.counts() {
		metrics <- prometheus.MustNewConstMetric(r.desc, prometheus.CounterValue, float64(n), kind.Way, strconv.Itoa(kind.Status), kind.Reason)
	}
}
