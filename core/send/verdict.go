package send

import (
	"context"
	"time"

	"sendbridge/core/fault"
)

// A verdict is what the outcome of a call means for later calls.
type verdict int

const (
	inconclusive       verdict = iota
	answered                   // the API answered
	looksBlocked               // this address seems to be blocked; how the API blocks is not documented
	noListener                 // nothing listens at the endpoint, and nothing has since the start
	credentialsRefused         // the API or the source of credentials rejects them
)

// enoughTime is how long a call must have lasted for its timeout to count.
const enoughTime = time.Second

// verdictOf derives the verdict from how far the call got. An error without a code is not from the API client and is
// inconclusive.
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
		return noListener
	case f.Reach == fault.Answered:
		return answered
	}
	return inconclusive
}

// stops reports whether the verdict opens the circuit when it is seen several times in a row.
func (v verdict) stops() bool { return v > answered }

// reported are the verdicts of earlier attempts at the same message.
type reported uint8

type reportedKey struct{}

func (s reported) with(v verdict) reported { return s | 1<<v }

// context passes the verdicts to the breaker, which counts all attempts at a message as one.
func (s reported) context(ctx context.Context) context.Context {
	if s == 0 {
		return ctx
	}
	return context.WithValue(ctx, reportedKey{}, s)
}

// reportedBefore reports whether an earlier attempt at the message had the verdict.
func reportedBefore(ctx context.Context, v verdict) bool {
	s, _ := ctx.Value(reportedKey{}).(reported)
	return s&(1<<v) != 0
}
