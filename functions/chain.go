package functions

import (
	"context"
	"time"

	"sendbridge/core"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/send"
)

// sender returns the chain of Senders for every message, built from the API outwards. The comment on each link is what it
// promises to the links after it. docs/architecture.md draws the chain.
func (a *App) sender(t Timings) core.Sender {
	// No second has more calls than the rate, whichever link makes them.
	pace := t.pace(a.pacer().Wait, time.Now)
	// One signed call. It returns a MsgId, or an error that says how far the call got.
	s := traced(a.parts.Trace.Attempts, api{a.client})
	// The breaker makes no calls while none can succeed. Each answer adjusts the rate.
	a.breaker = send.NewBreaker(s, &send.BreakerOptions{Blocked: a.blocked, Answered: a.answered})
	// At most SENDBRIDGE_CONCURRENCY calls are in flight.
	s = send.InFlight(a.breaker, a.Config.Concurrency, pace)
	// Temporary errors are retried within SENDBRIDGE_TIMEOUT. Each attempt is newly signed and paced.
	s = send.Retry(s, &send.RetryOptions{Limit: a.Config.Timeout, Pace: pace, Refresh: a.credentials.Refresh})
	// The metrics record how long the message took.
	s = t.sender(s, time.Now)
	// The message's time starts when the limiter has allowed its first attempt.
	s = send.Paced(s, pace)
	// A message that the breaker would stop does not wait for the limiter.
	s = a.breaker.Guard(s)
	// An error about credentials says to whom they belong and what to check.
	return traced(a.parts.Trace.Messages, explained{s, a.credentials})
}

// answered records the outcome of each call.
func (a *App) answered(err error) {
	a.reach.note(err)
	a.pacer().Feedback(err)
}

// blocked logs that the address seems to be blocked, because the rate is lower for a long time then.
func (a *App) blocked() {
	a.pacer().Halve()
	a.log.Warn("the API seems to have blocked this address: one call at a time checks whether it answers again, and the rate is at most half for the next half hour",
		"rate", a.Rate())
}

// api is the API's client as a Sender, because the two packages do not know each other.
type api struct{ client *onsmqtt.Client }

func (a api) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	r, err := a.client.SendMessage(ctx, topic, payload)
	return core.Receipt{MsgID: r.MsgID, RequestID: r.RequestID}, err
}

// explained is a Sender that adds to errors about credentials what is known about the credentials.
type explained struct {
	sender      core.Sender
	credentials *credential.Source
}

func (e explained) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	r, err := e.sender.SendMessage(ctx, topic, payload)
	if err != nil {
		err = e.credentials.Explain(ctx, err)
	}
	return r, err
}
