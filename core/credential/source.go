package credential

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// A Grant is the result of a fetch: complete credentials, their provider, and when they expire.
type Grant struct {
	onsmqtt.Credentials
	Provider string    // the provider, such as "default/env", if a source has several; empty means the source's name
	Expires  time.Time // zero if unknown
}

// A Fetch fetches a grant. The text of its error ends up in logs, so it must not contain a secret.
type Fetch func(ctx context.Context) (Grant, error)

// A Source caches credentials and renews them in time. It is safe for concurrent use and needs no closing, and printing its
// credentials shows no secret.
//
// One fetch at a time serves all waiting callers. It has its own limit of 15 seconds and continues if a caller leaves. Five
// to ten minutes before credentials expire, a call starts a fetch, and nobody waits for it: callers get the old credentials
// until they expire, even if fetches fail. Credentials with an unknown expiry are replaced every five minutes.
//
// All times are wall-clock times, and every step happens during a call, so a process that is frozen between calls misses
// nothing.
type Source struct {
	name   string
	fetch  Fetch
	fixed  bool                                                         // the credentials never change
	host   bool                                                         // credentials come with invocations
	ask    func(context.Context, onsmqtt.Credentials) (Identity, error) // nil if no service knows the identity
	now    func() time.Time
	random func(n int64) int64 // in [0, n)
	places string              // which places the source tries and which it skips, if it has a choice

	current atomic.Pointer[generation]

	mu       sync.Mutex
	fetching *inflightCall[struct{}]
	failed   failure
	forced   *Renewal
	caller   caller
	past     []onsmqtt.Credentials // for a host: the credentials replaced last
	refused  uint64                // for a host: the generation that the API has rejected
}

// New returns a source that fetches its credentials with fetch. Errors and reports show its name.
func New(name string, fetch Fetch) *Source {
	return &Source{name: name, fetch: safely(name, fetch), now: time.Now, random: rand.Int64N}
}

// Fixed returns a source whose credentials never change.
func Fixed(name string, c onsmqtt.Credentials) *Source {
	s := New(name, nil)
	s.fixed = true
	s.publish(Grant{Credentials: c}, s.wall())
	return s
}

// Credentials returns credentials for one attempt: it is an onsmqtt.Provider. It answers from memory, without a lock or an
// allocation, unless there are no usable credentials or the API has rejected them. Then it waits for a fetch as long as ctx
// allows. Its error has a class and says who has to act.
func (s *Source) Credentials(ctx context.Context) (onsmqtt.Credentials, error) {
	now := s.wall()
	g := s.current.Load()
	if g != nil && g.quiet(now) {
		return s.given(ctx, g), nil
	}
	g, err := s.renewed(ctx, g, now)
	if err != nil {
		return onsmqtt.Credentials{}, err
	}
	return s.given(ctx, g), nil
}

// renewed is the slow path of Credentials: it waits for a fetch.
func (s *Source) renewed(ctx context.Context, g *generation, now time.Time) (*generation, error) {
	switch {
	case g == nil || g.ended(now):
		return s.first(ctx)
	case g.suspect:
		return s.second(ctx, g), nil
	}
	s.join(now)
	return g, nil
}

// first waits for a fetch because there are no usable credentials.
func (s *Source) first(ctx context.Context) (*generation, error) {
	f := s.join(s.wall())
	if !f.wait(ctx) {
		return nil, s.late(ctx)
	}
	switch g := s.current.Load(); {
	case g != nil && !g.ended(s.wall()):
		return g, nil
	case f.err != nil:
		return nil, f.err
	}
	e := s.fault(fault.CodeCredentialsOver, "the fetched credentials have already expired")
	e.Advice = "this machine's clock, and whether the provider returns cached credentials"
	return nil, e
}

// second waits a short time for other credentials because the API has rejected the current ones.
func (s *Source) second(ctx context.Context, refused *generation) *generation {
	ctx, cancel := context.WithTimeout(ctx, suspicion)
	defer cancel()
	if s.join(s.wall()).wait(ctx) {
		return s.current.Load()
	}
	return refused
}

// Warm makes the first fetch, if one is needed, and returns its error. If ctx ends first, it returns nil and the fetch
// continues.
func (s *Source) Warm(ctx context.Context) error {
	if s.current.Load() != nil || s.host {
		return nil
	}
	if f := s.join(s.wall()); f.wait(ctx) {
		return f.err
	}
	return nil
}

// wall returns the time without its monotonic part, which stands still while a function is frozen.
func (s *Source) wall() time.Time { return s.now().Round(0) }
