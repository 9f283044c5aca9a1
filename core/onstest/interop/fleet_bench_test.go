package interop

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"sendbridge/core/onstest"
)

var (
	fleetTime    = flag.Duration("fleet", time.Minute, "how long each fleet of BenchmarkFleets works")
	fleetAccount = flag.Int("account", 1000, "the account's quota in BenchmarkFleets: a machine that is slow or busy does not make 1000 calls a second")
	fleetPlot    = flag.String("plot", "", "the SVG file that BenchmarkFleets draws")
)

// BenchmarkFleets measures no time: it prints what eight real processes make of the documented quota, under load that is ten
// times as much for some as for others and shifts.
func BenchmarkFleets(b *testing.B) {
	var lines []line
	allowed := onstest.DefaultQuota()
	allowed.Account = *fleetAccount
	divided := fmt.Sprintf("SENDBRIDGE_RATE=%d", *fleetAccount/fleetSize)
	for _, fleet := range []struct {
		name       string
		oneAddress bool
		settings   []string
	}{
		{"shared", false, []string{divided, "SENDBRIDGE_REDIS=%s", fmt.Sprintf("SENDBRIDGE_FLEET_RATE=%d", *fleetAccount)}},
		{"divided", false, []string{divided}},
		{"undivided", false, []string{"SENDBRIDGE_RATE=250"}},
		{"shared, one address", true, []string{"SENDBRIDGE_RATE=37", "SENDBRIDGE_REDIS=%s", "SENDBRIDGE_ADDRESS=nat"}},
		{"divided, one address", true, []string{"SENDBRIDGE_RATE=37"}},
		{"undivided, one address", true, []string{"SENDBRIDGE_RATE=250"}},
	} {
		b.Run(fleet.name, func(b *testing.B) {
			for b.Loop() {
				w := newWorld(b, allowed, fleet.oneAddress)
				settings := slices.Clone(fleet.settings)
				for i, s := range settings {
					if s == "SENDBRIDGE_REDIS=%s" {
						settings[i] = "SENDBRIDGE_REDIS=" + startRedis(b).url()
					}
				}
				l := &rush{processes: w.startProcesses(b, settings...)}
				w.begin()
				ctx, cancel := context.WithTimeout(b.Context(), *fleetTime)
				l.run(ctx, *fleetTime/6)
				cancel()
				got, quota := l.tally(w), float64(*fleetAccount)
				if fleet.oneAddress {
					quota = 300
				}
				passed := w.passedFrom(time.Second, *fleetTime)
				b.ReportMetric(100*float64(passed)/quota/(*fleetTime-time.Second).Seconds(), "%quota")
				b.ReportMetric(float64(got.peak), "peak/account")
				b.ReportMetric(float64(got.address), "peak/address")
				b.ReportMetric(float64(got.blocks), "blocks")
				b.ReportMetric(float64(got.throttled), "throttled")
				b.ReportMetric(float64(got.lost), "lost")
				b.ReportMetric(float64(got.twice), "twice")
				b.ReportMetric(0, "ns/op")
				lines = append(lines, line{fleet.name, fleet.oneAddress, w.rates(time.Second, *fleetTime)})
			}
		})
	}
	if *fleetPlot != "" {
		if err := os.WriteFile(*fleetPlot, []byte(plot(lines, *fleetTime)), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	fmt.Println()
}
