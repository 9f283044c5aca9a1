package functions

import (
	"context"
	"time"

	"sendbridge/core"
)

// Timings observe how long calls wait and messages take. The functions may be called concurrently; each may be nil.
type Timings struct {
	Wait    func(d time.Duration)                  // the limiter delayed a call by d, whether or not it then allowed it
	Message func(took time.Duration, attempts int) // duration of a message with all its attempts after the limiter allowed it
}

// pace returns wait, a Limiter's Wait, and observes its duration.
func (t Timings) pace(wait func(context.Context) error, now func() time.Time) func(context.Context) error {
	if t.Wait == nil {
		return wait
	}
	return func(ctx context.Context) error {
		start := now()
		err := wait(ctx)
		t.Wait(now().Sub(start))
		return err
	}
}

// sender returns a Sender that sends with s and observes the duration of each message.
func (t Timings) sender(s core.Sender, now func() time.Time) core.Sender {
	if t.Message == nil {
		return s
	}
	return timed{s, t.Message, now}
}

type timed struct {
	inner core.Sender
	tell  func(took time.Duration, attempts int)
	now   func() time.Time
}

func (t timed) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	start := t.now()
	receipt, err := t.inner.SendMessage(ctx, topic, payload)
	t.tell(t.now().Sub(start), receipt.Attempts)
	return receipt, err
}
