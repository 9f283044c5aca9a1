package core

import (
	"errors"
	"time"
)

// A symptom is what the outcome of a call says about the calls after it.
type symptom int

const (
	nothing  symptom = iota
	answered         // the API did
	cutOff           // as if this address were blocked: how the API does that is not documented
	mistrust         // the API, or the source of credentials, does not take the caller for whom it should be
)

// enoughTime is how long a call must have had for its timeout to say anything.
const enoughTime = time.Second

// symptomOf reads the codes for calls without an answer, and for answers without a code, that go with the error
// behaviour. Whatever else has a code is the API's answer.
func symptomOf(err error, took time.Duration) symptom {
	var coded interface{ ErrorCode() string }
	switch {
	case !errors.As(err, &coded):
		return nothing
	case ClassOf(err) == ClassCredential:
		return mistrust
	case !made(err):
		return nothing
	}
	switch coded.ErrorCode() {
	case "ConnectionReset", "ConnectionRefused", "HTTP403":
		return cutOff
	case "Timeout":
		if took >= enoughTime {
			return cutOff
		}
		return nothing
	case "Canceled", "ConnectionStale", "AnswerLost", "DNS", "TLS", "Proxy", "Network":
		return nothing
	}
	return answered
}
