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

	now func() time.Time // time.Now
}

// sender returns a Sender that sends by s what admit, a Limiter's Sender, lets through.
func (t Timings) sender(admit func(core.Sender) core.Sender, s core.Sender) core.Sender {
	return timed{admit, s, t.filled()}
}

// pace returns wait, a Limiter's Wait before a further attempt, with its time told.
func (t Timings) pace(wait func(context.Context) error) func(context.Context) error {
	t = t.filled()
	return func(ctx context.Context) error {
		start := t.now()
		err := wait(ctx)
		t.Wait(t.now().Sub(start))
		return err
	}
}

func (t Timings) filled() Timings {
	if t.Wait == nil {
		t.Wait = func(time.Duration) {}
	}
	if t.Message == nil {
		t.Message = func(time.Duration, int) {}
	}
	if t.now == nil {
		t.now = time.Now
	}
	return t
}

type timed struct {
	admit func(core.Sender) core.Sender
	inner core.Sender
	tell  Timings
}

func (t timed) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	m := message{timed: t, start: t.tell.now()}
	receipt, err := t.admit(&m).SendMessage(ctx, topic, payload)
	if !m.admitted {
		t.tell.Wait(t.tell.now().Sub(m.start))
	}
	return receipt, err
}

// A message is what the limiter calls when it lets one through: its end of a timed call.
type message struct {
	timed
	start    time.Time
	admitted bool
}

func (m *message) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	begin := m.tell.now()
	m.admitted = true
	m.tell.Wait(begin.Sub(m.start))
	receipt, err := m.inner.SendMessage(ctx, topic, payload)
	m.tell.Message(m.tell.now().Sub(begin), receipt.Attempts)
	return receipt, err
}
