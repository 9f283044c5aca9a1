package send

import (
	"time"

	"sendbridge/core/fault"
)

// inARow is how many calls in a row must have the same verdict to open the circuit.
const inARow = 5

// A circuit decides whether calls are made. Its owner holds the lock.
type circuit struct {
	epoch uint64  // increases with every fault counted, so that calls that were in flight at the time are not counted as well
	kind  verdict // the verdict of the last calls
	run   int     // the number of those calls

	open  verdict   // why the circuit is open; inconclusive while it is closed
	since time.Time // when the circuit opened
	wait  time.Duration
	until time.Time // the time of the next trial call
	trial bool      // a trial call is in flight
	fault error     // the last fault
}

// A pass is the permission to make a call.
type pass struct {
	epoch uint64
	trial bool
}

// tries returns the wait before the next trial call. last is 0 before the first trial. The waits of a block grow with its
// age: a short fault is over soon after it ends, and a long one costs few calls.
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

// refuses returns why no call may be made now, or nil.
func (c *circuit) refuses(now time.Time) error {
	if c.open != inconclusive && (c.trial || now.Before(c.until)) {
		return c.refusal(c.until.Sub(now))
	}
	return nil
}

// leave records the verdict of a call and reports whether the circuit opened.
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

// count counts one more call with a verdict.
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

// tried records the verdict of a trial call. A call without an answer does not prove that the credentials are valid again,
// but an answer that rejects them proves that the address is not blocked.
func (c *circuit) tried(seen verdict, err error, now time.Time) {
	c.trial = false
	switch seen {
	case inconclusive:
	case c.open, looksBlocked, noListener:
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
		wait = time.Second // a trial call is in flight
	}
	switch c.open {
	case noListener:
		return notSent(fault.CodeEndpointRefused, wait, c.fault,
			"no call for %s, because nothing listens at the endpoint: %v", wait.Round(time.Millisecond), c.fault)
	case credentialsRefused:
		return notSent(fault.CodeCredentialsRefused, wait, c.fault,
			"no call for %s, because the credentials of the last calls were rejected: %v", wait.Round(time.Millisecond), c.fault)
	}
	return notSent(fault.CodeAddressBlocked, wait, nil,
		"no call for %s, because the API seems to have blocked this address: %v", wait.Round(time.Millisecond), c.fault)
}
