package interop

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sendbridge/core/fleet"
	"sendbridge/core/onstest"
	"sendbridge/core/send"
)

// noLimit is so many calls a second that only the way to Redis counts.
const noLimit = 1_000_000

func quotaOf(b *testing.B, r *redis) *fleet.Quota {
	b.Helper()
	f, err := fleet.Open(r.url(), "bench@loopback", nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.Close)
	return f.Quota(fleet.Limits{Account: noLimit, Address: noLimit})
}

// BenchmarkPlace measures what a call waits for its place where there is one, with a real server on loopback: lease asks for
// one each time, one caller has a place in advance at times, and 32 share what is asked for; limiter is a process without a fleet.
func BenchmarkPlace(b *testing.B) {
	r := startRedis(b)
	ctx := context.Background()
	b.Run("lease", func(b *testing.B) {
		q := quotaOf(b, r)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := q.Lease(ctx, send.Ask{Want: 1, Latest: time.Second}); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, wait := range map[string]func(*testing.B) func(context.Context) error{
		"limiter": func(*testing.B) func(context.Context) error { return send.NewLimiter(noLimit).Wait },
		"share": func(b *testing.B) func(context.Context) error {
			return send.NewShare(send.NewLimiter(noLimit), quotaOf(b, r).Lease).Wait
		},
	} {
		b.Run(name+"/one", func(b *testing.B) {
			wait := wait(b)
			b.ReportAllocs()
			for b.Loop() {
				if err := wait(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/32", func(b *testing.B) {
			wait := wait(b)
			b.ReportAllocs()
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := wait(ctx); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkLatency posts 200 events a second to a handler with Redis and as many to one without, in turn, and compares how
// long they take.
func BenchmarkLatency(b *testing.B) {
	w := newWorld(b, onstest.Quota{}, false)
	with := w.startProcesses(b, "SENDBRIDGE_RATE=250", "SENDBRIDGE_DEDUP=0", "SENDBRIDGE_REDIS="+startRedis(b).url())[0]
	without := w.startProcesses(b, "SENDBRIDGE_RATE=250", "SENDBRIDGE_DEDUP=0")[0]
	var times [2][]time.Duration
	post := func(p *process, id string) time.Duration {
		began := time.Now()
		response, err := http.Post(p.url, "application/cloudevents+json",
			strings.NewReader(fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/fleet","type":"com.example.fleet"}`, id)))
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
		return time.Since(began)
	}
	n := 0
	for b.Loop() {
		ticks := time.NewTicker(5 * time.Millisecond)
		for range 2000 {
			<-ticks.C
			n++
			for i, p := range []*process{with, without} {
				times[i] = append(times[i], post(p, fmt.Sprint(n)))
			}
		}
		ticks.Stop()
	}
	half := func(list []time.Duration) float64 {
		return slices.Sorted(slices.Values(list))[len(list)/2].Seconds() * 1000
	}
	b.ReportMetric(half(times[0]), "ms/shared")
	b.ReportMetric(half(times[1]), "ms/alone")
	b.ReportMetric(half(times[0])-half(times[1]), "ms/more")
	b.ReportMetric(0, "ns/op")
}
