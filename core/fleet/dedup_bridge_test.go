package fleet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules/rulestest"
)

const dedupWindow = 5 * time.Minute

// An api accepts every message after some time, and counts the messages of each event.
type api struct {
	takes time.Duration

	mu   sync.Mutex
	sent map[string]int
}

func (a *api) SendMessage(ctx context.Context, _, payload string) (core.Receipt, error) {
	select {
	case <-time.After(a.takes):
	case <-ctx.Done():
		return core.Receipt{}, ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sent == nil {
		a.sent = make(map[string]int)
	}
	a.sent[payload]++
	return core.Receipt{MsgID: "M" + payload, RequestID: "R", Attempts: 1}, nil
}

func (a *api) total() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, times := range a.sent {
		n += times
	}
	return n
}

// bridgeOf returns the bridge of a process that sends each event's id.
func bridgeOf(t *testing.T, f *Fleet, s core.Sender) *bridge.Bridge {
	list := rulestest.Parse(t, "rules: [{topic: t/1, payload: {jsonpath: $.id}}]")
	return bridge.New(s, list, &bridge.Options{Dedup: dedupWindow, Shared: f.Dedup()})
}

// deliver delivers the event with a number and returns its result.
func deliver(t *testing.T, b *bridge.Bridge, n int) core.Result {
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	r := rulestest.Event(t, "")
	r.Event = r.Event.Clone()
	r.Event.SetID(fmt.Sprint(n))
	return b.Deliver(ctx, []core.Record{*r})[0]
}

// Each of many events reaches two processes at about the same time, and is sent once.
func TestTwoDeliveriesAreOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, log, sender := newServer(t), new(lines), &api{takes: 30 * time.Millisecond}
		var processes []*bridge.Bridge
		for range 4 {
			processes = append(processes, bridgeOf(t, s.process(t, log), sender))
		}
		const events = 500
		random := rand.New(rand.NewPCG(1, 2))
		var mu sync.Mutex
		got := map[core.Outcome]int{}
		var all sync.WaitGroup
		for n := range 2 * events {
			time.Sleep(time.Duration(random.IntN(4)) * time.Millisecond)
			process, later := processes[random.IntN(len(processes))], time.Duration(random.IntN(100))*time.Millisecond
			all.Go(func() {
				time.Sleep(later)
				r := deliver(t, process, n/2)
				mu.Lock()
				defer mu.Unlock()
				got[r.Outcome]++
				if want := fmt.Sprint("M", n/2); r.Deliveries[0].MsgID != want {
					t.Errorf("event %d: %q, want %q", n/2, r.Deliveries[0].MsgID, want)
				}
			})
		}
		all.Wait()
		if got[core.Sent] != events || got[core.Duplicate] != events || sender.total() != events {
			t.Errorf("%v, %d messages for %d events", got, sender.total(), events)
		}
		wantLines(t, log, 0, 0)
	})
}

// Without Redis, a process sends messages and remembers them. It waits for Redis at most twice for a message, and not at
// all once it knows that Redis is unavailable. When Redis is back, the process shares its dedup window again.
func TestDedupWithoutRedis(t *testing.T) {
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
				sender := new(api)
				b, second := bridgeOf(t, f, sender), bridgeOf(t, s.process(t, new(lines)), sender)
				deliver(t, b, 0)
				outage.begin(s)
				waits := 0
				for n := 1; n <= 100; n++ { // ten seconds
					began := time.Now()
					r := deliver(t, b, n)
					took := time.Since(began)
					if r.Outcome != core.Sent || took > 2*patience {
						t.Errorf("event %d: %s after %v: %v", n, r.Outcome, took, r.Err)
					}
					if took > 0 {
						waits++
					}
					if r := deliver(t, b, n-1); r.Outcome != core.Duplicate {
						t.Errorf("event %d again: %s", n-1, r.Outcome)
					}
					time.Sleep(100 * time.Millisecond)
				}
				if waits > 22 {
					t.Errorf("%d events waited for Redis within ten seconds, want two a second", waits)
				}
				outage.end(s)
				time.Sleep(2 * time.Second)
				for n := range 5 { // one of them probes Redis
					deliver(t, b, 1000+n)
					deliver(t, second, 2000+n)
				}
				deliver(t, b, 3000)
				if r := deliver(t, second, 3000); r.Outcome != core.Duplicate {
					t.Errorf("after the outage: %s", r.Outcome)
				}
				wantLines(t, log, 1, 1)
			})
		})
	}
}

// Redis loses all its data between a claim and its outcome.
func TestRedisIsWipedWhileAMessageIsInFlight(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		sender := &api{takes: time.Second}
		a, b := bridgeOf(t, f, sender), bridgeOf(t, s.process(t, new(lines)), sender)
		first := make(chan core.Result, 1)
		go func() { first <- deliver(t, a, 1) }()
		time.Sleep(500 * time.Millisecond)
		s.FlushAll()
		if r := <-first; r.Outcome != core.Sent {
			t.Errorf("%s: %v", r.Outcome, r.Err)
		}
		if r := deliver(t, b, 1); r.Outcome != core.Duplicate || sender.total() != 1 {
			t.Errorf("%s, %d messages", r.Outcome, sender.total())
		}
	})
}

// The process with a claim dies, and its connection closes. Another process sends the message when the claim ends, not
// earlier.
func TestProcessDiesWithAClaim(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		sender := &api{takes: time.Hour}
		began := time.Now()
		go deliver(t, bridgeOf(t, f, sender), 1)
		time.Sleep(time.Second)
		f.Close()
		next := &api{}
		r := deliver(t, bridgeOf(t, s.process(t, new(lines)), next), 1)
		if took := time.Since(began); r.Outcome != core.Sent || took < 9*time.Second || took > 9*time.Second+200*time.Millisecond {
			t.Errorf("%s after %v: %v", r.Outcome, took, r.Err)
		}
	})
}
