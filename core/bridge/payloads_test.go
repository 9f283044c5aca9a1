package bridge_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// eachOwn makes messages with long, different payloads.
const eachOwn = "rules: [{each: $.data.items, topic: 'a/${@}', payload: {template: '${@} ${$.data}'}}]"

// A gate is a sender that blocks each message until it opens or the message's deadline.
type gate struct {
	open            chan struct{}
	messages, bytes atomic.Int64 // that are blocked
}

func (g *gate) SendMessage(ctx context.Context, _, payload string) (core.Receipt, error) {
	g.messages.Add(1)
	g.bytes.Add(int64(len(payload)))
	defer g.messages.Add(-1)
	defer g.bytes.Add(-int64(len(payload)))
	select {
	case <-g.open:
		return core.Receipt{MsgID: "1"}, nil
	case <-ctx.Done():
		return core.Receipt{}, ctx.Err()
	}
}

// storm delivers events, each in its own request and with this number of elements and bytes. The results are complete after
// the returned function has returned.
func storm(ctx context.Context, t *testing.T, b *bridge.Bridge, events, elements, length int) func() []core.Result {
	results := make([]core.Result, events)
	var wg sync.WaitGroup
	for i := range events {
		r := record(t, fmt.Sprintf("%d-%d", length, i), items(elements, length))
		wg.Go(func() { results[i] = b.Deliver(ctx, []core.Record{r})[0] })
	}
	return func() []core.Result { wg.Wait(); return results }
}

func wantSent(t *testing.T, results []core.Result) {
	t.Helper()
	for _, r := range results {
		if r.Outcome != core.Sent {
			t.Fatalf("%v: %v", r.Outcome, r.Err)
		}
	}
}

// Many concurrent requests do not exceed the payload memory, and all are delivered.
func TestAllRequestsShareThePayloadMemory(t *testing.T) {
	const room = 32 << 20
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		b := bridge.New(g, rulestest.Parse(t, eachOwn), nil)
		before := liveHeap()
		results := storm(t.Context(), t, b, 40, 32, 60_000) // 77 MB of payloads
		synctest.Wait()
		if blocked := g.bytes.Load(); blocked > room || blocked < room-130_000 {
			t.Errorf("%d bytes of payload at once, there is room for %d", blocked, room)
		}
		if more := int64(liveHeap()) - int64(before); more > room+20<<20 {
			t.Errorf("%d MiB more on the heap", more>>20)
		}
		close(g.open)
		wantSent(t, results())
	})
}

// The memory is counted in bytes, so small messages do not wait for each other.
func TestSmallPayloadsReserveLittleMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		b := bridge.New(g, rulestest.Parse(t, eachOwn), nil)
		results := storm(t.Context(), t, b, 100, 32, 0)
		synctest.Wait()
		if blocked := g.messages.Load(); blocked != 100*32 {
			t.Errorf("%d messages of %d are in flight", blocked, 100*32)
		}
		close(g.open)
		wantSent(t, results())
	})
}

// With a higher concurrency, the memory is large enough for the largest payload of each call.
func TestPayloadMemoryGrowsWithConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		b := bridge.New(g, rulestest.Parse(t, eachOwn), &bridge.Options{Concurrency: 600})
		results := storm(t.Context(), t, b, 1, 600, 60_000)
		synctest.Wait()
		if blocked := g.messages.Load(); blocked != 600 {
			t.Errorf("%d messages of 600 are in flight", blocked)
		}
		close(g.open)
		wantSent(t, results())
	})
}

// If there is no memory for a message until its deadline, its error is transient, and the memory stays usable.
func TestNoPayloadMemoryUntilTheDeadlineIsTransient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		b := bridge.New(g, rulestest.Parse(t, eachOwn), nil)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		for _, r := range storm(ctx, t, b, 20, 32, 60_000)() {
			if r.Outcome != core.Failed || r.Deliveries[31].MsgID != "" || r.Deliveries[31].Err == nil || fault.Of(r.Deliveries[31].Err).Class == fault.ClassMessage {
				t.Fatalf("%v: %v", r.Outcome, r.Deliveries[31].Err)
			}
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("answered after %s", took)
		}
		results := storm(t.Context(), t, b, 20, 32, 60_000)
		synctest.Wait()
		if blocked := g.messages.Load(); blocked < 500 {
			t.Errorf("room for %d messages is left", blocked)
		}
		close(g.open)
		wantSent(t, results())
	})
}

// A panic releases its memory. Otherwise the bubble would deadlock.
func TestPanicReleasesPayloadMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bridge.New(sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) { panic("no") }), rulestest.Parse(t, eachOwn), nil)
		event := record(t, "1", items(1, 60_000))
		for range 600 {
			b.Deliver(t.Context(), []core.Record{event})
		}
	})
}
