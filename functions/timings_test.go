package functions

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/send"
)

// slow is a Sender that answers after a while.
type slow struct {
	takes   time.Duration
	receipt core.Receipt
	err     error
}

func (s slow) SendMessage(context.Context, string, string) (core.Receipt, error) {
	time.Sleep(s.takes)
	return s.receipt, s.err
}

// A gate allows a call after a while, or rejects it.
type gate struct {
	after time.Duration
	no    error
}

func (g gate) wait(context.Context) error {
	time.Sleep(g.after)
	return g.no
}

type observedTimes struct {
	Waits, Took []time.Duration
	Attempts    []int
}

func (o *observedTimes) timings() Timings {
	return Timings{
		Wait:    func(d time.Duration) { o.Waits = append(o.Waits, d) },
		Message: func(took time.Duration, n int) { o.Took, o.Attempts = append(o.Took, took), append(o.Attempts, n) },
	}
}

func TestTimings(t *testing.T) {
	full, down := errors.New("full"), errors.New("down")
	for name, c := range map[string]struct {
		gate gate
		slow slow
		want observedTimes
	}{
		"taken": {
			gate{after: 100 * time.Millisecond}, slow{300 * time.Millisecond, core.Receipt{MsgID: "M", Attempts: 2}, nil},
			observedTimes{[]time.Duration{100 * time.Millisecond}, []time.Duration{300 * time.Millisecond}, []int{2}},
		},
		"not let through": {
			gate{after: 50 * time.Millisecond, no: full}, slow{},
			observedTimes{Waits: []time.Duration{50 * time.Millisecond}},
		},
		"failed": {
			gate{}, slow{time.Second, core.Receipt{Attempts: 3}, down},
			observedTimes{[]time.Duration{0}, []time.Duration{time.Second}, []int{3}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got observedTimes
				for _, tell := range []Timings{got.timings(), {}} {
					receipt, err := send.Paced(tell.sender(c.slow, time.Now), tell.pace(c.gate.wait, time.Now)).SendMessage(t.Context(), "t/a", "x")
					if receipt != c.slow.receipt || c.gate.no == nil && err != c.slow.err || c.gate.no != nil && err != full {
						t.Errorf("got %v, %v", receipt, err)
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}
