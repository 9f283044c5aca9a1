package send_test

import (
	"context"
	"errors"
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

// A caller can collect each attempt at a message with its outcome, its duration and the wait before it, in order and
// separately for each message.
func TestTriesOfAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		after := &apiFault{class: "throttled", retry: "backoff", code: "SystemOverFlow", after: 3 * time.Second, reach: fault.Answered}
		outcomes := []error{after, errStale, nil}
		call := 0
		api := sendtest.SenderFunc(func(ctx context.Context, topic, _ string) (core.Receipt, error) {
			time.Sleep(20 * time.Millisecond)
			if topic == "at/once" {
				return core.Receipt{MsgID: "M"}, nil
			}
			call++
			if err := outcomes[call-1]; err != nil {
				return core.Receipt{}, err
			}
			return core.Receipt{MsgID: "M"}, nil
		})
		set := rulestest.Parse(t, `rules: [{name: slow, topic: in/three, payload: original}, {name: fast, topic: at/once, payload: original}]`)
		for _, keep := range []bool{true, false} {
			call = 0
			b := bridge.New(send.Retry(api, nil), set, &bridge.Options{KeepTries: keep})
			r := b.Deliver(t.Context(), []core.Record{*rulestest.Event(t, `"data":"x"`)})[0]
			if r.Err != nil {
				t.Fatal(r.Err)
			}
			slow, fast := r.Deliveries[0].Tries, r.Deliveries[1].Tries
			if !keep {
				if slow != nil || fast != nil {
					t.Errorf("without a collector: %v, %v", slow, fast)
				}
				continue
			}
			if len(slow) != 3 || len(fast) != 1 || fast[0] != (core.Try{Took: 20 * time.Millisecond}) {
				t.Fatalf("%v and %v", slow, fast)
			}
			for i, want := range outcomes {
				if !errors.Is(slow[i].Err, want) || slow[i].Took != 20*time.Millisecond {
					t.Errorf("attempt %d: %v in %s", i+1, slow[i].Err, slow[i].Took)
				}
			}
			if slow[0].Waited != 0 || slow[1].Waited < 3*time.Second || slow[1].Waited > 3200*time.Millisecond || slow[2].Waited != 0 {
				t.Errorf("waits %s, %s, %s", slow[0].Waited, slow[1].Waited, slow[2].Waited)
			}
		}
	})
}
