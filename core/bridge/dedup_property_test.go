package bridge_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/bridge"
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
}

// A reply is how a sender or a sink treats one call.
type reply struct {
	takes time.Duration
	class string // of the error, empty for none
}

// A world plays visits in virtual time and notes what was called.
type world struct {
	visits  []visit
	replies []reply

	mu      sync.Mutex
	calls   []call
	letters []call
	results []core.Result
}

// A call is one of the sender or of the sink.
type call struct {
	key        string
	start, end time.Time
	ok         bool
}

func drawWorld(rt *rapid.T) *world {
	upTo := func(name string, most time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(0, int64(most/time.Second)).Draw(rt, name)) * time.Second
	}
	w := &world{}
	for range rapid.IntRange(1, 25).Draw(rt, "visits") {
		w.visits = append(w.visits, visit{
			at:       upTo("at", 2*window),
			patience: upTo("patience", time.Minute) + time.Millisecond,
			event:    rapid.IntRange(0, 2).Draw(rt, "event"),
			replay:   rapid.IntRange(0, 4).Draw(rt, "replay") == 0,
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

// play lets each visit come at its time. The bridge's rules make two messages of an event.
func (w *world) play(t *testing.T, list *rules.Set) {
	b := bridge.New(sendtest.SenderFunc(w.send), list, &bridge.Options{Dedup: window, Concurrency: 3, DeadLetter: w.keep})
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
			w.results[i] = b.Deliver(ctx, []core.Record{r})[0]
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
	w.letters = append(w.letters, c)
	return err
}

func (w *world) call(ctx context.Context, key string) (c call, n int, err error) {
	w.mu.Lock()
	n = len(w.calls) + len(w.letters)
	w.mu.Unlock()
	r := w.replies[n%len(w.replies)]
	c = call{key: key, start: time.Now()}
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

// Whatever a sender and a sink do, and whoever goes away: no second message of a key within the window unless the
// first failed, never two at a time, and each event has one outcome that what was sent bears out.
func TestDedupProperties(t *testing.T) {
	list := rulestest.Parse(t, `
rules:
  - {name: r, topic: t/1, payload: {jsonpath: $.id}}
  - {name: q, topic: t/2, payload: {jsonpath: $.id}}
`)
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWorld(rt)
		synctest.Test(t, func(t *testing.T) { w.play(t, list) })
		checkCalls(rt, "message", w.calls)
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
		if !strings.Contains(fmt.Sprint(w.visits), "true") { // a replay is dead-lettered anew
			checkCalls(rt, "dead letter", w.letters)
		}
	})
}

func checkCalls(rt *rapid.T, what string, calls []call) {
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

// checkOutcome says how many messages a result claims as its own.
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
