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

// A Grant is what one fetch brought: a whole triple, who gave it, and when it ends.
type Grant struct {
	onsmqtt.Credentials
	Provider string    // where a source has several, the one of them, such as "default/env"; empty means the source's name
	Expires  time.Time // zero if the provider does not say
}

// A Fetch gets a grant from where credentials come from. Its error's text ends up in logs: it must hold no secret.
type Fetch func(ctx context.Context) (Grant, error)

// A Source keeps the newest triple and gets another in time. It is safe for concurrent use, needs no closing, and printing
// its credentials shows no secret.
//
// One fetch at a time serves all who wait. It has its own bound of 15 seconds and goes on when a caller leaves. Five to ten
// minutes before a triple ends, the first caller starts a fetch and nobody waits for it: the old triple is given out until
// it ends, also when fetches fail. A triple of unknown life is replaced every five minutes.
//
// All times are the wall clock's, and every step is taken by a call: a process that is frozen between calls misses none.
type Source struct {
	name   string
	fetch  Fetch
	fixed  bool                                                         // there is nothing to fetch
	host   bool                                                         // triples come with invocations
	ask    func(context.Context, onsmqtt.Credentials) (Identity, error) // nil if there is no service to ask
	now    func() time.Time
	random func(n int64) int64 // in [0, n)
	places string              // where the source looks and where not, if it has a choice

	current atomic.Pointer[generation]

	mu       sync.Mutex
	fetching *inflightCall[struct{}]
	failed   failure
	forced   *Renewal
	caller   caller
	past     []onsmqtt.Credentials // of a host, the last that others have replaced
	refused  uint64                // of a host, the number of the triple that the API has refused
}

// New returns a source that gets its triples by fetch. Name is what errors and reports call it.
func New(name string, fetch Fetch) *Source {
	return &Source{name: name, fetch: safely(name, fetch), now: time.Now, random: rand.Int64N}
}

// Fixed returns a source of one triple that never changes.
func Fixed(name string, c onsmqtt.Credentials) *Source {
	s := New(name, nil)
	s.fixed = true
	s.publish(Grant{Credentials: c}, s.wall())
	return s
}

// Credentials returns a triple for one attempt: it is an onsmqtt.Provider. It answers from memory, without a lock or an
// allocation, unless there is no usable triple or the API has refused the one that there is: then it waits for a fetch as
// long as ctx allows. Its error says its class and who has to act.
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

// first waits for a fetch because no triple can be used.
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
	e := s.fault(fault.CodeCredentialsOver, "the credentials that were fetched have ended already")
	e.Advice = "this machine's clock, and what keeps old credentials where they come from"
	return nil, e
}

// second waits a short time for another triple because the API has refused the current one.
func (s *Source) second(ctx context.Context, refused *generation) *generation {
	ctx, cancel := context.WithTimeout(ctx, suspicion)
	defer cancel()
	if s.join(s.wall()).wait(ctx) {
		return s.current.Load()
	}
	return refused
}

// Warm makes the first fetch, if one is needed, and returns why it brought nothing. When ctx ends first, it returns nil and
// the fetch goes on.
func (s *Source) Warm(ctx context.Context) error {
	if s.current.Load() != nil || s.host {
		return nil
	}
	if f := s.join(s.wall()); f.wait(ctx) {
		return f.err
	}
	return nil
}

// wall is the time without its monotonic part, which stands still while a function is frozen.
func (s *Source) wall() time.Time { return s.now().Round(0) }
