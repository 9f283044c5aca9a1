package bridge_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// paced returns a sender that sends 100 messages a second and counts them by topic.
func paced(sent map[string]int) core.Sender {
	return send.Paced(sendtest.SenderFunc(func(_ context.Context, topic, _ string) (core.Receipt, error) {
		sent[topic]++ // no lock, because the bridges here have a concurrency of 1
		return core.Receipt{MsgID: "1", Attempts: 1}, nil
	}), send.NewLimiter(100).Wait)
}

// The error of an event that is too large for the rate says how many messages were sent, and retries finish it although the
// window is shorter than that takes: 2500 messages at 100 a second in attempts of 9 seconds, with a window of 20. Each
// message is sent once.
func TestManyElementsAreSentOverRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := make(map[string]int)
		b := bridge.New(paced(sent), rulestest.Parse(t, eachOriginal), &bridge.Options{Concurrency: 1, Dedup: 20 * time.Second})
		last := 0
		for attempt := 1; ; attempt++ {
			r := deliverWithin(t, b, record(t, "1", items(2500, 0)))
			if r.Outcome == core.Sent {
				if attempt < 3 || len(sent) != 2500 {
					t.Errorf("attempt %d: %d messages", attempt, len(sent))
				}
				break
			}
			u, ok := errors.AsType[*core.Unfinished](r.Err)
			if !ok || u.Sent != len(sent) || u.Sent <= last || u.Messages != 2500 || !u.Resumes {
				t.Fatalf("attempt %d: %d sent of which %d before: %v", attempt, len(sent), last, r.Err)
			}
			if f := fault.Of(r.Err); f.Class != fault.ClassThrottled || f.Code != fault.CodeLimiterFull || !strings.Contains(r.Err.Error(), " of 2500 messages sent, a retry sends the rest: ") {
				t.Errorf("class %q, code %q: %v", f.Class, f.Code, r.Err)
			}
			last = u.Sent
			time.Sleep(5 * time.Second)
		}
		for topic, n := range sent {
			if n != 1 {
				t.Errorf("%s was sent %d times", topic, n)
			}
		}
	})
}

// Without a dedup window, the error does not claim that a retry sends only the rest.
func TestRetrySendsAllWithoutDedup(t *testing.T) {
	for name, change := range map[string]func(*core.Record, *bridge.Options){
		"no window":    func(_ *core.Record, o *bridge.Options) { o.Dedup = 0 },
		"a derived id": func(r *core.Record, _ *bridge.Options) { r.DerivedID = true },
	} {
		synctest.Test(t, func(t *testing.T) {
			sent := make(map[string]int)
			o, r := &bridge.Options{Concurrency: 1, Dedup: time.Hour}, record(t, "1", items(1500, 0))
			change(&r, o)
			b := bridge.New(paced(sent), rulestest.Parse(t, eachOriginal), o)
			for range 2 {
				if got := deliverWithin(t, b, r); got.Outcome != core.Failed || !strings.Contains(got.Err.Error(), " of 1500 messages sent, a retry sends all of them again, ") {
					t.Errorf("%s: %v: %v", name, got.Outcome, got.Err)
				}
			}
			if sent["a/0"] != 2 {
				t.Errorf("%s: the first message was sent %d times", name, sent["a/0"])
			}
		})
	}
}

func deliverWithin(t *testing.T, b *bridge.Bridge, r core.Record) core.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	return b.Deliver(ctx, []core.Record{r})[0]
}
