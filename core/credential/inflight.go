package credential

import (
	"context"
	"time"

	"sendbridge/core/fault"
)

const (
	fetchLimit = 15 * time.Second // time limit of one fetch
	// coolDown is how long the error of a failed fetch is returned, while callers wait, before a new fetch starts. It is
	// shorter than the time after which a breaker tries again.
	coolDown = 900 * time.Millisecond
	// calmDown is the same while there are usable credentials.
	calmDown = 30 * time.Second
	// suspicion is how long a caller waits for other credentials after the API has rejected the current ones.
	suspicion = 2 * time.Second
)

// An inflightCall is a call in the background whose result any number of callers can wait for. x/sync/singleflight does not
// return the age of a call and does not keep its result.
type inflightCall[T any] struct {
	began time.Time
	done  chan struct{} // closed when the other fields are set
	value T
	err   error
}

// begin starts a call.
func begin[T any](now time.Time, call func() (T, error)) *inflightCall[T] {
	f := &inflightCall[T]{began: now, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.value, f.err = call()
	}()
	return f
}

// ended returns a call that has a result already.
func ended(now time.Time, err error) *inflightCall[struct{}] {
	f := &inflightCall[struct{}]{began: now, done: make(chan struct{}), err: err}
	close(f.done)
	return f
}

// over reports whether there is a result.
func (f *inflightCall[T]) over() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// wait returns when there is a result. It returns false if ctx was done before.
func (f *inflightCall[T]) wait(ctx context.Context) bool {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	return f.over()
}

// A failure is the error of the last fetch, or nil if it succeeded.
type failure struct {
	err error
	at  time.Time
}

// join returns the fetch in flight, or a failed one during its cool-down, or starts a new one, unless one has ended since
// the caller looked. It does not return a fetch older than its limit, which was frozen with the process and may notice late
// that its connection is closed.
func (s *Source) join(now time.Time) *inflightCall[struct{}] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.current.Load(); g != nil && g.quiet(now) {
		return ended(now, nil)
	}
	if f := s.fetching; f != nil && within(now, f.began, fetchLimit) {
		return f
	}
	if s.failed.err != nil && within(now, s.failed.at, s.cooling(now)) {
		return ended(now, s.failed.err)
	}
	s.fetching = begin(now, func() (struct{}, error) { return struct{}{}, s.runFetch(now) })
	return s.fetching
}

// cooling returns how long no new fetch is started after a failure.
func (s *Source) cooling(now time.Time) time.Duration {
	if g := s.current.Load(); g == nil || g.suspect || g.ended(now) {
		return coolDown
	}
	return calmDown
}

// within reports whether now is less than d after start. It returns false if the clock was set back.
func within(now, start time.Time, d time.Duration) bool {
	passed := now.Sub(start)
	return passed >= 0 && passed < d
}

// runFetch makes the fetch that started at began, and publishes its credentials unless a newer fetch has started.
func (s *Source) runFetch(began time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), fetchLimit)
	defer cancel()
	grant, err := s.fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetching == nil || !s.fetching.began.Equal(began) { // another fetch has started, and its credentials may be newer
		return s.late(context.Background())
	}
	s.fetching = nil
	s.failed = failure{err, s.wall()}
	if err == nil {
		s.publish(grant, s.wall())
	}
	return err
}

// safely converts a panic of a fetch to an error, and rejects an incomplete grant. Fetches run third-party code, so it
// quotes only the runtime's own panics.
func safely(name string, fetch Fetch) Fetch {
	return func(ctx context.Context) (grant Grant, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = newFault(name, fault.CodeCredentialsPanic, fault.Panic("panic: %w", "panic of type %T", p).Error())
			}
		}()
		grant, err = fetch(ctx)
		if err == nil && (grant.AccessKeyID == "" || grant.AccessKeySecret == "") {
			err = newFault(name, fault.CodeCredentialsIncomplete, "the AccessKeyId or its secret is empty")
		}
		return grant, err
	}
}
