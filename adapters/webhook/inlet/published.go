package inlet

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"sendbridge/core/fault"
)

// published caches what vendors publish, by address, for an hour, and longer if it cannot be fetched again. Unauthenticated
// senders can cause fetches, so their number is limited: one fetch at a time, shared by all requests for the same address,
// a few per minute, and none soon after an address returned nothing. If a fetch fails, the sender is not at fault, so the
// error asks it to repeat the request.
type published[T any] struct {
	what    string // for errors
	read    func([]byte) (T, error)
	fetch   fetcher
	now     func() time.Time
	flights singleflight.Group
	busy    chan struct{} // held by the one fetch

	mu      sync.Mutex
	known   map[string]kept[T]
	absent  map[string]absence
	begun   []time.Time // start times of the fetches of the last minute
	waiting int
}

type kept[T any] struct {
	value T
	until time.Time
}

// An absence records why an address returned nothing. It is valid for a while.
type absence struct {
	err   error
	until time.Time
}

const (
	maxPublished   = 8              // more than a vendor uses at the same time
	maxFetches     = 6              // per minute
	maxAbsent      = 2 * maxFetches // the fetches of two minutes
	absentFor      = time.Minute    // until an address is fetched again
	maxWaiting     = 64             // limit of requests that wait for a fetch, because they hold bodies
	publishedFresh = time.Hour
)

func newPublished[T any](in input, what string, read func([]byte) (T, error)) *published[T] {
	return &published[T]{what: what, read: read, fetch: in.fetch, now: in.now, busy: make(chan struct{}, 1), known: map[string]kept[T]{}, absent: map[string]absence{}}
}

// get returns a cached value if it is fresh, or else fetches it. If the fetch fails, it returns the old value.
func (c *published[T]) get(ctx context.Context, address string) (T, error) {
	c.mu.Lock()
	known := c.known[address]
	value, ok, err := c.cached(address)
	switch {
	case ok:
		c.mu.Unlock()
		return value, err
	case c.waiting >= maxWaiting:
		c.mu.Unlock()
		return orKnown(known, c.unavailable(errors.New("too many requests wait for it")))
	}
	c.waiting++
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.waiting--
	}()
	detached := context.WithoutCancel(ctx) // all waiting requests share the fetch
	select {
	case r := <-c.flights.DoChan(address, func() (any, error) { return c.ask(detached, address) }):
		if r.Err != nil {
			return orKnown(known, r.Err)
		}
		return r.Val.(T), nil
	case <-ctx.Done():
		return orKnown(known, c.unavailable(ctx.Err()))
	}
}

// cached returns the value of an address, or why it has none. ok is false if it must be fetched. The caller holds the lock.
func (c *published[T]) cached(address string) (value T, ok bool, err error) {
	known, absent, now := c.known[address], c.absent[address], c.now()
	switch {
	case now.Before(known.until):
		return known.value, true, nil
	case now.Before(absent.until):
		value, err = orKnown(known, absent.err)
		return value, true, err
	}
	return value, false, nil
}

func orKnown[T any](known kept[T], err error) (T, error) {
	if !known.until.IsZero() {
		return known.value, nil
	}
	return known.value, err
}

// ask waits until no other fetch is under way and fetches, unless a fetch of this address has ended since the caller looked.
func (c *published[T]) ask(ctx context.Context, address string) (value T, err error) {
	c.mu.Lock()
	value, ok, err := c.cached(address)
	c.mu.Unlock()
	if ok {
		return value, err
	}
	if !c.begin() {
		return value, c.unavailable(errors.New("too many fetches in the last minute"))
	}
	c.busy <- struct{}{}
	defer func() {
		<-c.busy
		if p := recover(); p != nil { // singleflight would crash the process
			err = c.unavailable(fault.Panic("panic: %w", "panic of type %T", p))
		}
		c.keep(address, value, err)
	}()
	text, err := c.fetch.get(ctx, address)
	if err != nil {
		return value, c.unavailable(err)
	}
	if value, err = c.read(text); err != nil {
		return value, rejected(err.Error())
	}
	return value, nil
}

// begin counts a fetch. It returns false if the last minute has had too many.
func (c *published[T]) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	for len(c.begun) > 0 && now.Sub(c.begun[0]) >= time.Minute {
		c.begun = c.begun[1:]
	}
	if len(c.begun) >= maxFetches {
		return false
	}
	c.begun = append(c.begun, now)
	return true
}

func (c *published[T]) keep(address string, value T, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if len(c.absent) >= maxAbsent {
			clear(c.absent)
		}
		c.absent[address] = absence{err, c.now().Add(absentFor)}
		return
	}
	if len(c.known) >= maxPublished {
		clear(c.known)
	}
	c.known[address] = kept[T]{value, c.now().Add(publishedFresh)}
	delete(c.absent, address)
}

func (c *published[T]) unavailable(cause error) error {
	return &Error{Code: "CertificateUnavailable", Text: "the " + c.what + " of the signature is unavailable at the moment", Later: true, Cause: cause}
}

// again fetches a cached value again, because it may have changed, at most once a minute.
func (c *published[T]) again(ctx context.Context, address string) (T, error) {
	c.mu.Lock()
	if known, ok := c.known[address]; ok && c.now().Sub(known.until.Add(-publishedFresh)) >= absentFor {
		c.known[address] = kept[T]{known.value, c.now().Add(-time.Nanosecond)}
	}
	c.mu.Unlock()
	return c.get(ctx, address)
}
