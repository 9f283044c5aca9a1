package functions

import "time"

// Metadata tells CloudWatch Logs which members of its line are metrics. Counts by rule, class and code stay ordinary
// members: as dimensions, each combination would be billed as a separate metric.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type metadata struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

type metric struct{ Name, Unit string }

// embed lists the metrics that the line contains.
func (l *invocationLine) embed(now time.Time) {
	d := directive{Namespace: "Sendbridge", Dimensions: [][]string{{}}}
	if l.Function != "" {
		d.Dimensions = [][]string{{"function"}}
	}
	for _, name := range [...]string{"received", "sent", "duplicate", "dropped", "deadLettered", "refused", "failed", "attempts"} {
		d.Metrics = append(d.Metrics, metric{name, "Count"})
	}
	if l.EventMs != nil {
		d.Metrics = append(d.Metrics, metric{"eventMs", "Milliseconds"})
	}
	d.Metrics = append(d.Metrics, metric{"limiterWaitMs", "Milliseconds"})
	if l.Rate != nil {
		d.Metrics = append(d.Metrics, metric{"limiterRate", "Count/Second"})
	}
	l.AWS = &metadata{now.UnixMilli(), []directive{d}}
}
