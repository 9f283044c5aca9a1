package send_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Rejected credentials stop calls, too. The error says so, and the rate is not lowered.
func TestRepeatedCredentialFaultsStopCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.call(4, errExpired)
		l.check(t, "closed", 4, 0)
		l.call(1, errAccount)
		l.check(t, "open", 5, 0)
		for i, seconds := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			err := l.call(1, nil)
			checkNotSent(t, err, "CredentialsRefused", seconds*time.Second)
			if cause := []error{errAccount, errExpired}[min(i, 1)]; !errors.Is(err, cause) {
				t.Errorf("%v does not hold %v", err, cause)
			}
			time.Sleep(seconds * time.Second)
			l.check(t, "half-open", 5+i, 0)
			l.call(1, errExpired)
			l.check(t, "open", 6+i, 0)
		}
		time.Sleep(time.Minute)
		l.call(1, errReset) // inconclusive for credentials
		l.check(t, "open", 14, 0)
		time.Sleep(time.Minute)
		l.call(1, nil)
		l.check(t, "closed", 15, 0)
	})
}

// An answer that rejects the credentials shows that the address is not blocked.
func TestABlockEndsWithAnyAnswer(t *testing.T) {
	for _, answer := range []error{nil, errOverflow, errDenied, errExpired, errStrange} {
		synctest.Test(t, func(t *testing.T) {
			l := newLine()
			l.call(5, errReset)
			time.Sleep(time.Minute)
			l.call(1, answer)
			l.check(t, "closed", 6, 1)
			if answer == errExpired {
				l.call(4, errExpired)
				l.check(t, "open", 10, 1)
			}
		})
	}
}
