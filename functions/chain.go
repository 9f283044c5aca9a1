package functions

import (
	"context"
	"time"

	"sendbridge/core"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/send"
)

// sender is the chain of Senders that every message goes through, built from the API outwards. The comment on each link
// says what it promises to the links after it. docs/architecture.md draws the chain.
func (a *App) sender(t Timings) core.Sender {
	// No second has more calls than the rate, whichever link makes them.
	pace := t.pace(a.pacer().Wait, time.Now)
	// One signed call. It returns a MsgId, or an error that says how far the call got.
	s := traced(a.parts.Trace.Attempts, api{a.client})
	// No call while none can succeed. Each answer adjusts the rate.
	a.breaker = send.NewBreaker(s, &send.BreakerOptions{Blocked: a.blocked, Answered: a.answered})
	// No more calls at once than SENDBRIDGE_CONCURRENCY.
	s = send.InFlight(a.breaker, a.Config.Concurrency, pace)
	// Another attempt at what may pass, each newly signed and paced, within SENDBRIDGE_TIMEOUT.
	s = send.Retry(s, &send.RetryOptions{Limit: a.Config.Timeout, Pace: pace, Refresh: a.credentials.Refresh})
	// Somebody learns how long the message took.
	s = t.sender(s, time.Now)
	// The message's time starts once the limiter has let its first attempt through.
	s = send.Paced(s, pace)
	// What the breaker would stop does not queue for the limiter.
	s = a.breaker.Guard(s)
	// An error about credentials says whose they are and what to check.
	return traced(a.parts.Trace.Messages, explained{s, a.credentials})
}

// answered is told the outcome of each call.
func (a *App) answered(err error) {
	a.reach.note(err)
	a.pacer().Feedback(err)
}

// blocked lowers the rate for an hour, which somebody should know of.
func (a *App) blocked() {
	a.pacer().Halve()
	a.log.Warn("the API seems to have blocked this address: one call at a time tries whether it answers, and the rate is at most half for the next half hour",
		"rate", a.Rate())
}

// api makes a Sender of the API's client: the two packages don't know each other.
type api struct{ client *onsmqtt.Client }

func (a api) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	r, err := a.client.SendMessage(ctx, topic, payload)
	return core.Receipt{MsgID: r.MsgID, RequestID: r.RequestID}, err
}

// explained is a Sender whose errors say what is known about the credentials, where that matters.
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
