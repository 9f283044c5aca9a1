package send

import (
	"context"
	"sync"
	"time"

	"sendbridge/core"
)

// A Breaker is a Sender that stops calling when calls can't succeed: when the API seems to have blocked this address,
// accepts its credentials no more, or was never there. It then answers at once, with the time of the next try as RetryAfter, and lets
// one call at a time through to see whether that is over. It is safe for concurrent use.
//
// A block is suspected after five calls in a row that were reset, refused, not answered in a second or more, or answered
// 403 with a page instead of a code. Errors are of class transient then, with the code AddressBlocked. Tries are made five
// seconds apart at first, then after a quarter of the time that the block has lasted, at most ten minutes: a short fault of
// the network is over soon after it ends, and calls do not keep an address blocked. Five faults of class credential in a
// row give errors of that class, with the code CredentialsRefused and the last fault in their chain, and tries after one
// second to one minute; so do five calls to an endpoint where nobody ever listened, with the code EndpointRefused and of
// class unsupported. Calls that were under way together count as one, and so do the attempts of a message that Retry makes.
type Breaker struct {
	sender  core.Sender
	options BreakerOptions
	now     func() time.Time

	mu      sync.Mutex
	circuit circuit
}

// BreakerOptions of a Breaker. The zero value works.
type BreakerOptions struct {
	Blocked  func()          // told of each block, once: Limiter.Halve
	Answered func(err error) // told the outcome of each call that was made, nil for success: Limiter.Feedback
}

// NewBreaker returns a breaker in front of s, which makes one call a message.
func NewBreaker(s core.Sender, o *BreakerOptions) *Breaker {
	if o == nil {
		o = &BreakerOptions{}
	}
	b := &Breaker{sender: s, options: *o, now: time.Now}
	if b.options.Blocked == nil {
		b.options.Blocked = func() {}
	}
	if b.options.Answered == nil {
		b.options.Answered = func(error) {}
	}
	return b
}

// SendMessage makes the call by the sender, or none.
func (b *Breaker) SendMessage(ctx context.Context, topic, payload string) (receipt core.Receipt, err error) {
	began := b.now()
	b.mu.Lock()
	pass, err := b.circuit.enter(began)
	b.mu.Unlock()
	if err != nil {
		return core.Receipt{}, err
	}
	ended, seen := began, inconclusive // all that a panic says
	defer func() { b.settle(pass, seen, err, ended) }()
	receipt, err = b.sender.SendMessage(ctx, topic, payload)
	if seen = answered; err != nil {
		ended = b.now()
		seen = verdictOf(err, ended.Sub(began))
	}
	if !pass.trial && seen.stops() && toldBefore(ctx, seen) {
		seen = inconclusive
	}
	b.options.Answered(err)
	return receipt, err
}

// Guard returns a Sender that answers in the breaker's place while no call would be made, and otherwise sends by s: what
// can't be sent does not queue for it.
func (b *Breaker) Guard(s core.Sender) core.Sender { return guarded{b, s} }

type guarded struct {
	breaker *Breaker
	sender  core.Sender
}

func (g guarded) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	if err := g.breaker.refuses(); err != nil {
		return core.Receipt{}, err
	}
	return g.sender.SendMessage(ctx, topic, payload)
}

// refuses is why no call would be made now.
func (b *Breaker) refuses() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.circuit.refuses(b.now())
}

func (b *Breaker) settle(p pass, seen verdict, err error, now time.Time) {
	b.mu.Lock()
	opened := b.circuit.leave(p, seen, err, now)
	b.mu.Unlock()
	if opened && seen == looksBlocked {
		b.options.Blocked()
	}
}

// State is "closed" while calls are made, "open" while none is, and "half-open" once one may be tried and until it is
// known what became of it.
func (b *Breaker) State() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch c := &b.circuit; {
	case c.open == inconclusive:
		return "closed"
	case b.now().Before(c.until):
		return "open"
	}
	return "half-open"
}
