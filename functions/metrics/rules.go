package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Rules describes the rules in force.
type Rules struct {
	Hash   string
	Since  time.Time // when they were applied
	Failed bool      // the last reload had mistakes, so these rules stayed in force
}

// rules collects all its metrics from one snapshot per scrape, so that hash and time belong together.
type rules struct {
	now                  func() Rules
	info, since, success *prometheus.Desc
}

func newRules(now func() Rules) rules {
	return rules{
		now:     now,
		info:    describe("rules_info", "Always 1; the label is the hash of the rules in force, as in the log's start line.", "hash"),
		since:   describe("rules_since_timestamp_seconds", "When the rules in force were loaded, in seconds since 1970."),
		success: describe("rules_last_reload_successful", "1 if the last reload succeeded; 0 if the new rules had a mistake and the previous rules stayed in force."),
	}
}

// Describe implements prometheus.Collector.
func (r rules) Describe(descs chan<- *prometheus.Desc) {
	descs <- r.info
	descs <- r.since
	descs <- r.success
}

// Collect implements prometheus.Collector.
func (r rules) Collect(metrics chan<- prometheus.Metric) {
	now, success := r.now(), 1.0
	if now.Failed {
		success = 0
	}
	metrics <- prometheus.MustNewConstMetric(r.info, prometheus.GaugeValue, 1, now.Hash)
	metrics <- prometheus.MustNewConstMetric(r.since, prometheus.GaugeValue, float64(now.Since.UnixMilli())/1000)
	metrics <- prometheus.MustNewConstMetric(r.success, prometheus.GaugeValue, success)
}
