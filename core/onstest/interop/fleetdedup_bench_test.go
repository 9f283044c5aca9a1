package interop

import (
	"context"
	"encoding/binary"
	"sync/atomic"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fleet"
)

// BenchmarkFleetDedup is what sharing adds to a message: its claim and its outcome, with a real Redis on loopback. "known" is
// the claim of a duplicate, "alone" a message while Redis is away. Of "crowd" the time for each message says how many a second
// one Redis takes from a process.
func BenchmarkFleetDedup(b *testing.B) {
	redis := startRedis(b)
	var last atomic.Uint32
	next := func() (m bridge.MessageHash) {
		binary.BigEndian.PutUint32(m[:], last.Add(1))
		return m
	}
	receipt := core.Receipt{MsgID: "0AF1000000010003EDA32B4C17E80000", RequestID: "7D3F9F1A-52E0-4C5C-9E0C-0D6B3F7C0001"}
	open := func(b *testing.B) *bridge.Shared {
		f, err := fleet.Open(redis.url(), "post-cn-bench@cn-hangzhou", nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(f.Close)
		return f.Dedup()
	}
	message := func(ctx context.Context, d *bridge.Shared, m bridge.MessageHash) error {
		if c, err := d.Claim(ctx, m, false); err != nil || c.Known {
			return err
		}
		return d.Settle(ctx, 5*time.Minute, []bridge.Settled{{Message: m, Receipt: receipt, Claimed: true}})
	}
	run := func(name string, hash func() bridge.MessageHash, prepare func()) {
		b.Run(name, func(b *testing.B) {
			d, failed := open(b), 0
			ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
			defer cancel()
			prepare()
			b.ReportAllocs()
			for b.Loop() {
				if message(ctx, d, hash()) != nil {
					failed++
				}
			}
			if name != "alone" && failed > b.N/100 {
				b.Errorf("%d of %d failed", failed, b.N)
			}
		})
	}
	run("message", next, func() {})
	known := next()
	run("known", func() bridge.MessageHash { return known }, func() {
		if err := message(b.Context(), open(b), known); err != nil {
			b.Error(err)
		}
	})
	b.Run("crowd", func(b *testing.B) {
		d := open(b)
		var failed atomic.Int64
		b.ReportAllocs()
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
			defer cancel()
			for pb.Next() {
				if message(ctx, d, next()) != nil {
					failed.Add(1)
				}
			}
		})
		b.ReportMetric(float64(failed.Load())/float64(b.N), "failed/op")
	})
	b.Log(redis.try("DBSIZE"), redis.try("MEMORY", "USAGE", "sendbridge:{post-cn-bench@cn-hangzhou}:m:00000001000000000000000000000000"))
	run("alone", next, redis.kill)
}
