package send

import (
	"time"

	"sendbridge/core/fault"
)

// inARow is how many calls must show the same verdict.
const inARow = 5

// A circuit decides which calls are made. Its owner locks.
type circuit struct {
	epoch uint64  // goes up with every fault counted, so that the calls under way at the time add nothing to it
	kind  verdict // of the last calls
	run   int     // their number

	open  verdict   // what it is open for; nothing while it is closed
	since time.Time // when it opened
	wait  time.Duration
	until time.Time // the next try
	trial bool      // under way
	fault error     // the last
}

// A pass is leave to make a call.
type pass struct {
	epoch uint64
	trial bool
}

// tries says when to try again after a first wait, and after one that was in vain. A block's waits grow with its age, so
// that a fault of seconds costs seconds, and one of an hour not hundreds of calls.
func tries(s verdict, last, lasted time.Duration) time.Duration {
	switch {
	case s == looksBlocked:
		return min(max(5*time.Second, lasted/4), 10*time.Minute)
	case last == 0:
		return time.Second
	}
	return min(2*last, time.Minute)
}

func (c *circuit) enter(now time.Time) (pass, error) {
	err := c.refuses(now)
	p := pass{epoch: c.epoch, trial: err == nil && c.open != inconclusive}
	c.trial = c.trial || p.trial
	return p, err
}

// refuses is why no call may be made now.
func (c *circuit) refuses(now time.Time) error {
	if c.open != inconclusive && (c.trial || now.Before(c.until)) {
		return c.refusal(c.until.Sub(now))
	}
	return nil
}

// leave notes what a call has shown, and says whether the circuit opened.
func (c *circuit) leave(p pass, seen verdict, err error, now time.Time) (opened bool) {
	switch {
	case p.trial:
		c.tried(seen, err, now)
	case seen == inconclusive:
	case seen == answered:
		c.run = 0
	case p.epoch == c.epoch:
		return c.count(seen, err, now)
	}
	return false
}

// count notes one more call with a verdict.
func (c *circuit) count(seen verdict, err error, now time.Time) (opened bool) {
	if c.kind != seen {
		c.kind, c.run = seen, 0
	}
	c.epoch++
	c.run++
	if c.run < inARow {
		return false
	}
	c.open, c.since, c.wait = seen, now, 0
	c.again(err, now)
	return true
}

// again sets the time of the next try.
func (c *circuit) again(err error, now time.Time) {
	c.wait = tries(c.open, c.wait, now.Sub(c.since))
	c.until, c.fault = now.Add(c.wait), err
}

// tried notes what a single call has shown while the circuit is open. Credentials are not proved good by a call that
// got no answer, while an answer that refuses them is proof that the address is not blocked.
func (c *circuit) tried(seen verdict, err error, now time.Time) {
	c.trial = false
	switch seen {
	case inconclusive:
	case c.open, looksBlocked, endpointUnserved:
		c.again(err, now)
	default:
		c.open, c.fault, c.run = inconclusive, nil, 0
		if seen != answered {
			c.count(seen, err, now)
		}
	}
}

func (c *circuit) refusal(wait time.Duration) error {
	if wait <= 0 {
		wait = time.Second // a try is under way
	}
	switch c.open {
	case endpointUnserved:
		return notSent(fault.CodeEndpointRefused, wait, c.fault,
			"no call for %s, as nobody listens at the endpoint: %v", wait.Round(time.Millisecond), c.fault)
	case credentialsRefused:
		return notSent(fault.CodeCredentialsRefused, wait, c.fault,
			"no call for %s, as the last ones failed for their credentials: %v", wait.Round(time.Millisecond), c.fault)
	}
	return notSent(fault.CodeAddressBlocked, wait, nil,
		"no call for %s, as the API seems to have blocked this address: %v", wait.Round(time.Millisecond), c.fault)
}
