package send

import (
	"context"
	"time"

	"sendbridge/core/fault"
)

// A verdict is what the outcome of a call says about the calls after it.
type verdict int

const (
	inconclusive       verdict = iota
	answered                   // the API did
	looksBlocked               // as if this address were blocked: how the API does that is not documented
	endpointUnserved           // nobody listens at the endpoint, nor ever has
	credentialsRefused         // the API, or the source of credentials, does not take the caller for whom it should be
)

// enoughTime is how long a call must have had for its timeout to say anything.
const enoughTime = time.Second

// verdictOf goes by how far the call got. An error without a code is not of the API client, and says nothing.
func verdictOf(err error, took time.Duration) verdict {
	f := fault.Of(err)
	switch {
	case f.Code == "":
		return inconclusive
	case f.Class == fault.ClassCredential:
		return credentialsRefused
	case f.Reach == fault.Blocked, f.Reach == fault.TimedOut && took >= enoughTime:
		return looksBlocked
	case f.Reach == fault.NoListener:
		return endpointUnserved
	case f.Reach == fault.Answered:
		return answered
	}
	return inconclusive
}

// A stopping verdict is one that stops calls when it is seen in a row.
func (v verdict) stops() bool { return v > answered }

// told are the verdicts that earlier attempts of the same message have shown.
type told uint8

type toldKey struct{}

func (s told) with(v verdict) told { return s | 1<<v }

// context tells the breaker: a message that is tried again and again is one piece of evidence, not one an attempt.
func (s told) context(ctx context.Context) context.Context {
	if s == 0 {
		return ctx
	}
	return context.WithValue(ctx, toldKey{}, s)
}

// toldBefore says whether an earlier attempt of the message has shown the verdict.
func toldBefore(ctx context.Context, v verdict) bool {
	s, _ := ctx.Value(toldKey{}).(told)
	return s&(1<<v) != 0
}
