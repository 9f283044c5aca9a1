package functions

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/functions/metrics"
)

// BenchmarkObserve measures the cost of logging and counting an event with one message, which delays its answer.
func BenchmarkObserve(b *testing.B) {
	var tally bridge.Tally
	log := newEventLog(NewLogger(io.Discard, slog.LevelInfo)).observe
	exporter := metrics.New("dev", &tally, nil)
	sent := core.Result{Record: doorEvent(b), Deliveries: []core.Delivery{{
		Rule: "doors", Element: -1, Topic: "door/front", Receipt: core.Receipt{MsgID: "5A0F6E3C00002A9F000000000000A1B2", RequestID: "7F1C2D3E-4B5A-4C6D-8E9F-0A1B2C3D4E5F", Attempts: 1},
	}}}
	failed := sent
	failed.Outcome, failed.Err = core.Failed, apiError{fault.ClassThrottled, "Throttling.User"}
	failed.Deliveries = []core.Delivery{{Rule: "doors", Element: -1, Topic: "door/front", Receipt: core.Receipt{Attempts: 4}, Err: failed.Err}}
	for _, c := range []struct {
		name    string
		observe bridge.Observer
		result  core.Result
	}{
		{"log", log, sent},
		{"tally", tally.Observe, sent},
		{"metrics", exporter.Observe, sent},
		{"all", bridge.Observers(log, tally.Observe, exporter.Observe), sent},
		{"all-failed", bridge.Observers(log, tally.Observe, exporter.Observe), failed},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.observe(b.Context(), c.result, 1234*time.Microsecond)
			}
		})
	}
}
