package bridge_test

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

const eachOriginal = "rules: [{each: $.data.items, topic: 'a/${@}', payload: original}]"

// items returns data with n numbers and a text of a length.
func items(n, length int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,", i)
	}
	return fmt.Sprintf(`{"items":[%s],"filler":"%s"}`, strings.TrimSuffix(b.String(), ","), strings.Repeat("x", max(0, length-b.Len()-30)))
}

// 16 events with 250 messages of 60 KB each are 240 MB, but the payloads in memory never exceed the limit.
func TestPayloadMemoryIsLimited(t *testing.T) {
	var mu sync.Mutex
	var most uint64
	sent := 0
	sender := sendtest.SenderFunc(func(_ context.Context, _, payload string) (core.Receipt, error) {
		mu.Lock()
		defer mu.Unlock()
		if sent++; sent%250 == 0 {
			most = max(most, liveHeap())
		}
		if len(payload) < 59_000 {
			t.Errorf("a payload of %d bytes", len(payload))
		}
		return core.Receipt{MsgID: "1"}, nil
	})
	var batch []core.Record
	for i := range 16 {
		batch = append(batch, record(t, fmt.Sprint(i), items(250, 59_900)))
	}
	before := liveHeap()
	results := bridge.New(sender, rulestest.Parse(t, eachOwn), nil).Deliver(t.Context(), batch)
	for _, r := range results {
		if r.Outcome != core.Sent || len(r.Deliveries) != 250 || r.Deliveries[249].MsgID == "" || r.Deliveries[249].Payload != "" {
			t.Fatal(r.Outcome, r.Err, len(r.Deliveries))
		}
	}
	if sent != 4000 || most-before > 90<<20 {
		t.Errorf("%d messages, %d MB more on the heap", sent, (most-before)>>20)
	}
}

// liveHeap returns the size of the heap after a collection.
func liveHeap() uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// An event with more messages than its time allows sends a part of them. Each retry sends more, and the last one is
// acknowledged.
func TestEachRetrySendsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		b := bridge.New(sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
			time.Sleep(100 * time.Millisecond)
			if err := ctx.Err(); err != nil {
				return core.Receipt{}, err
			}
			calls++
			return core.Receipt{MsgID: "1"}, nil
		}), rulestest.Parse(t, eachOriginal), &bridge.Options{Concurrency: 1, Dedup: time.Hour})
		for attempt := 1; ; attempt++ {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+time.Millisecond)
			start := time.Now()
			r := b.Deliver(ctx, []core.Record{record(t, "1", items(250, 0))})[0]
			cancel()
			if took := time.Since(start); took > 10*time.Second+500*time.Millisecond {
				t.Errorf("attempt %d took %s", attempt, took)
			}
			if want := min(attempt*100, 250); calls != want {
				t.Fatalf("attempt %d: %d messages of 250 were sent, want %d", attempt, calls, want)
			}
			if attempt == 3 {
				if r.Outcome != core.Sent {
					t.Errorf("%v: %v", r.Outcome, r.Err)
				}
				return
			}
			if r.Outcome != core.Failed || fault.Of(r.Deliveries[249].Err).Class != fault.ClassTransient || r.Deliveries[249].Payload != "" {
				t.Fatalf("attempt %d: %v, %v", attempt, r.Outcome, r.Deliveries[249].Err)
			}
		}
	})
}

// After the deadline, no payload is rendered.
func TestNothingIsRenderedAfterTheDeadline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sent := 0
	b := bridge.New(sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
		sent++
		return core.Receipt{MsgID: "1"}, nil
	}), rulestest.Parse(t, eachOriginal), &bridge.Options{KeepPayloads: true})
	r := b.Deliver(ctx, []core.Record{record(t, "1", items(3, 0))})[0]
	for _, d := range r.Deliveries {
		if d.Payload != "" || fault.Of(d.Err).Class != fault.ClassTransient {
			t.Errorf("%q, %v", d.Payload, d.Err)
		}
	}
	if sent != 0 || r.Outcome != core.Failed || len(r.Deliveries) != 3 {
		t.Errorf("%d sent, %v", sent, r.Outcome)
	}
}
