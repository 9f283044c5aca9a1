package bridge

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"sendbridge/core"
)

// taken is a send function that succeeds.
func taken() (core.Receipt, error) {
	const id = "000000000000000000000000000000000007"
	return core.Receipt{MsgID: strings.Clone(id[4:]), RequestID: strings.Clone(id), Attempts: 1}, nil // as long as real ones
}

func numbered(n int) MessageHash {
	return hashOf(&dedupKey{ingress: "http:/", source: "/s", id: strconv.Itoa(n)}, "rule", -1)
}

// The dedup window's memory is limited for any number of messages, and it remembers the latest ones.
func TestDedupMemoryIsBounded(t *testing.T) {
	before := heap()
	d := newDedup(time.Hour, time.Now, nil)
	most := 0
	const sent = 2*maxSettled + maxSettled - 1 // the maximum is remembered
	for n := range sent {
		if _, known, err := d.once(t.Context(), numbered(n), false, taken); known || err != nil {
			t.Fatalf("message %d: known %t, %v", n, known, err)
		}
		most = max(most, remembered(d))
	}
	if most > 2*maxSettled || len(d.inFlight) != 0 {
		t.Errorf("%d settled, %d flying", most, len(d.inFlight))
	}
	for n, want := range map[int]bool{0: false, maxSettled - 1: false, sent - maxSettled: true, sent - 1: true} {
		if _, known := d.seen.get(numbered(n)); known != want {
			t.Errorf("message %d: known %t", n, known)
		}
	}
	const limit = 50 << 20
	grown := heap() - before
	if grown > limit {
		t.Errorf("%d bytes in use, want at most %d", grown, limit)
	}
	t.Logf("%d bytes, %d a message", grown, grown/remembered(d))
	runtime.KeepAlive(d)
}

// Messages are forgotten after the window.
func TestDedupForgetsWhatIsOver(t *testing.T) {
	now := time.Unix(0, 0)
	d := newDedup(time.Minute, func() time.Time { return now }, nil)
	for n := range 600 {
		now = now.Add(time.Second)
		if _, _, err := d.once(t.Context(), numbered(n), false, taken); err != nil {
			t.Fatal(err)
		}
		for ago, want := range map[int]bool{0: true, 59: n >= 59, 60: false} {
			if _, known := d.seen.get(numbered(n - ago)); known != want {
				t.Fatalf("after %d messages the one %d seconds ago: known %t", n, ago, known)
			}
		}
		if got := remembered(d); got > 120 {
			t.Fatalf("%d settled, want at most those of two minutes", got)
		}
	}
}

// A message that was sent for one caller stays sent if another caller's event is dead-lettered.
func TestDedupKeepsAReceipt(t *testing.T) {
	d := newDedup(time.Minute, time.Now, nil)
	want, _, err := d.once(t.Context(), numbered(1), false, taken)
	if err != nil {
		t.Fatal(err)
	}
	d.deadLettered(t.Context(), []Settled{{Message: numbered(1)}})
	if got, known := d.seen.get(numbered(1)); !known || got != want {
		t.Errorf("got %+v, known %t", got, known)
	}
}

func remembered(d *dedup) int { return len(d.seen.young) + len(d.seen.old) }

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func BenchmarkDedup(b *testing.B) {
	b.ReportAllocs()
	d := newDedup(5*time.Minute, time.Now, nil)
	send := func() (core.Receipt, error) { return core.Receipt{MsgID: "M"}, nil }
	key := dedupKey{ingress: "http:/", source: "urn:sensors:hall-7", id: "8f14e45f-ceea-467f-a8d2-3f1c7c2a9b01"}
	for n := 0; b.Loop(); n++ {
		k := hashOf(&key, "firmware", n)
		if _, known, err := d.once(context.Background(), k, false, send); known || err != nil {
			b.Fatal(known, err)
		}
	}
}
