package send

import (
	"time"

	"sendbridge/core/fault"
)

// A verdict is what the outcome of a call says about the calls after it.
type verdict int

const (
	inconclusive       verdict = iota
	answered                   // the API did
	looksBlocked               // as if this address were blocked: how the API does that is not documented
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
	case f.Reach == fault.Answered:
		return answered
	}
	return inconclusive
}
