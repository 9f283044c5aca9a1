package functions

import (
	"context"
	"time"

	"sendbridge/core"
)

// Timings are told how long calls wait and messages take. The functions are called from several goroutines at once;
// either may be nil.
type Timings struct {
	Wait    func(d time.Duration)                  // the limiter kept a call for d, and let it through or not
	Message func(took time.Duration, attempts int) // a message that was let through took so long with all its attempts
}

// pace returns wait, a Limiter's Wait, with its time told.
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

// sender returns a Sender that sends by s, with the time of each message told.
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
