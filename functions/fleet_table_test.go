package functions_test

import (
	"fmt"
	"io"
	"os"
	"testing"
	"text/tabwriter"
	"time"
)

// BenchmarkFleet measures no time: it prints how the fleets use the quota.
func BenchmarkFleet(b *testing.B) {
	for b.Loop() {
		results := make([]result, len(fleets))
		all := func(t *testing.T) {
			for n, s := range fleets {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					results[n] = run(t, s)
				})
			}
		}
		// Virtual time is only available in tests.
		every := func(_, _ string) (bool, error) { return true, nil }
		if !testing.RunTests(every, []testing.InternalTest{{Name: "fleets", F: all}}) {
			b.Fatal("a fleet failed")
		}
		fmt.Println()
		writeTable(os.Stdout, results...)
		b.ReportMetric(100*results[0].goodput, "%quota")
	}
	b.ReportMetric(0, "ns/op")
}

func writeTable(w io.Writer, results ...result) {
	fmt.Fprintf(w, "%d instances, %d times the quota offered\n", instances, overload)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\t \t \t% of quota\tin the\tpeak/s\tpeak/s\t \t \t \tafter\talthough\t \t \t")
	fmt.Fprintln(t, "\ttime\tcalls\tdelivered\tlast third\taccount\taddress\tblocks\tdelivered\trefused\t(median)\tpublished\tduplicates\tlost\t")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%v\t%d\t%.1f\t%.1f\t%d\t%d\t%d\t%d\t%d\t%v\t%d\t%d\t%d\t\n", r.name, r.time, r.stats.Requests,
			100*r.goodput, 100*r.lateGoodput, r.stats.Peak.Account, r.peakOfAddress(), len(r.blocks), r.delivered,
			r.refused, r.refusedAfter.Round(time.Millisecond), r.unsure, r.repeated, r.lost)
	}
	t.Flush()
}
