package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/bridge/bridgetest"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// A visit is one Deliver of one event.
type visit struct {
	at, patience time.Duration
	event        int
	replay       bool
	process      int
}

// A reply is the answer of a sender or a sink to one call.
type reply struct {
	takes time.Duration
	class string // class of the error; empty means no error
}

// A world plays visits in virtual time and records the calls.
type world struct {
	visits    []visit
	replies   []reply
	processes int

	mu          sync.Mutex
	started     int
	calls       []call
	deadLetters []call
	results     []core.Result
}

// A call is a call of the sender or of the sink.
type call struct {
	key        string
	order      int // in which they began
	start, end time.Time
	ok         bool
}

func drawWorld(rt *rapid.T, processes int) *world {
	upTo := func(name string, most time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(0, int64(most/time.Second)).Draw(rt, name)) * time.Second
	}
	w := &world{processes: processes}
	for range rapid.IntRange(1, 25).Draw(rt, "visits") {
		w.visits = append(w.visits, visit{
			at:       upTo("at", 2*window),
			patience: upTo("patience", time.Minute) + time.Millisecond,
			event:    rapid.IntRange(0, 2).Draw(rt, "event"),
			replay:   rapid.IntRange(0, 4).Draw(rt, "replay") == 0,
			process:  rapid.IntRange(0, processes-1).Draw(rt, "process"),
		})
	}
	for range 10 {
		w.replies = append(w.replies, reply{
			takes: upTo("takes", time.Minute),
			class: rapid.SampledFrom([]string{"", "", "", "transient", "message"}).Draw(rt, "class"),
		})
	}
	return w
}

// play makes each visit at its time. The bridge's rules make two messages of an event.
func (w *world) play(t *testing.T, list *rules.Set, store *bridgetest.Store) {
	var bridges []*bridge.Bridge
	for range w.processes {
		o := &bridge.Options{Dedup: window, Concurrency: 3, DeadLetter: w.keep}
		if w.processes > 1 {
			o.Shared = store.Process()
		}
		bridges = append(bridges, bridge.New(sendtest.SenderFunc(w.send), list, o))
	}
	w.results = make([]core.Result, len(w.visits))
	var wg sync.WaitGroup
	for i, v := range w.visits {
		wg.Go(func() {
			time.Sleep(v.at)
			ctx, cancel := context.WithTimeout(t.Context(), v.patience)
			defer cancel()
			r := record(t, fmt.Sprint(v.event), "1")
			if v.replay {
				r.Event.SetExtension("sendbridgecode", "X")
			}
			w.results[i] = bridges[v.process].Deliver(ctx, []core.Record{r})[0]
		})
	}
	wg.Wait()
}

func (w *world) send(ctx context.Context, topic, payload string) (core.Receipt, error) {
	c, n, err := w.call(ctx, topic+" "+payload)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
	if err != nil {
		return core.Receipt{}, err
	}
	return core.Receipt{MsgID: fmt.Sprint("M", n)}, nil
}

func (w *world) keep(ctx context.Context, e event.Event) error {
	c, _, err := w.call(ctx, fmt.Sprint(e.ID(), e.Extensions()["sendbridgerule"]))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deadLetters = append(w.deadLetters, c)
	return err
}

func (w *world) call(ctx context.Context, key string) (c call, n int, err error) {
	w.mu.Lock()
	n = len(w.calls) + len(w.deadLetters)
	w.started++
	c = call{key: key, order: w.started, start: time.Now()}
	w.mu.Unlock()
	r := w.replies[n%len(w.replies)]
	select {
	case <-time.After(r.takes):
		if r.class != "" {
			err = sendtest.OfClass(r.class)
		}
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.end, c.ok = time.Now(), err == nil
	return c, n, err
}

const twoRules = `
rules:
  - {name: r, topic: t/1, payload: {jsonpath: $.id}}
  - {name: q, topic: t/2, payload: {jsonpath: $.id}}
`

// For any sender, sink and cancelled callers: no message is sent twice within the window unless the first one failed, never
// two at a time, and each event has one outcome that is consistent with the calls.
func TestDedupProperties(t *testing.T) {
	list := rulestest.Parse(t, twoRules)
	for _, processes := range []int{1, 3} {
		t.Run(fmt.Sprint(processes), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				w := drawWorld(rt, processes)
				synctest.Test(t, func(t *testing.T) { w.play(t, list, new(bridgetest.Store)) })
				checkCalls(rt, "message", w.calls)
				w.checkOutcomes(rt)
				if !strings.Contains(fmt.Sprint(w.visits), "true") { // a replay is dead-lettered again
					checkCalls(rt, "dead letter", w.deadLetters)
				}
			})
		})
	}
}

// The store's faults make no event fail, and none is acknowledged that was not sent.
func TestDedupPropertiesWithFaults(t *testing.T) {
	list := rulestest.Parse(t, twoRules)
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWorld(rt, 3)
		faults := rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "error", "slow", "wiped"}), 10, 10)
		before, after := faults.Draw(rt, "before"), faults.Draw(rt, "after")
		synctest.Test(t, func(t *testing.T) {
			store := new(bridgetest.Store)
			var calls atomic.Int64
			draw := func(list []string) func(string) error {
				return func(string) error {
					switch list[calls.Add(1)%int64(len(list))] {
					case "error":
						return errAway
					case "slow":
						time.Sleep(50 * time.Millisecond)
						return errAway
					case "wiped":
						store.Wipe()
					}
					return nil
				}
			}
			store.Before, store.After = draw(before), draw(after)
			w.play(t, list, store)
		})
		w.checkOutcomes(rt)
		for i := range w.results {
			if err := w.results[i].Err; errors.Is(err, errAway) {
				rt.Fatalf("the store's error is that of an event: %v", err)
			}
		}
	})
}

// checkOutcomes counts the messages that results say were sent.
func (w *world) checkOutcomes(rt *rapid.T) {
	sent := 0
	for _, c := range w.calls {
		if c.ok {
			sent++
		}
	}
	for i := range w.results {
		sent -= checkOutcome(rt, &w.results[i])
	}
	if sent != 0 {
		rt.Fatalf("%d messages more were sent than results say", sent)
	}
}

func checkCalls(rt *rapid.T, what string, calls []call) {
	slices.SortFunc(calls, func(a, b call) int { return a.order - b.order })
	for i, a := range calls {
		for _, b := range calls[i+1:] {
			switch {
			case a.key != b.key:
			case a.start.Before(b.end) && b.start.Before(a.end):
				rt.Fatalf("%s %s: two at a time: %v, %v", what, a.key, a, b)
			case a.ok && b.start.Before(a.end.Add(window)):
				rt.Fatalf("%s %s: twice within the window: %v, %v", what, a.key, a, b)
			}
		}
	}
}

// checkOutcome checks a result and returns how many messages it sent itself.
func checkOutcome(rt *rapid.T, r *core.Result) (fresh int) {
	known, refused := 0, 0
	for _, d := range r.Deliveries {
		switch {
		case d.MsgID == "" && d.Err == nil, d.MsgID != "" && d.Err != nil:
			rt.Fatalf("%s: delivery %+v", r.Outcome, d)
		case d.Err == nil && d.Duplicate:
			known++
		case d.Err == nil:
			fresh++
		case fault.Of(d.Err).Class == fault.ClassMessage:
			refused++
		}
	}
	all := len(r.Deliveries)
	ok := false
	switch r.Outcome {
	case core.Sent:
		ok = fresh > 0 && fresh+known == all
	case core.Duplicate:
		ok = known == all
	case core.DeadLettered:
		ok = refused > 0 && fresh+known+refused == all && r.Reason != nil
	case core.Failed:
		ok = r.Err != nil
	}
	if !ok || all != 2 || (r.Err == nil) != r.Outcome.Acknowledged() {
		rt.Fatalf("%s with %+v: %v", r.Outcome, r.Deliveries, r.Err)
	}
	return fresh
}
