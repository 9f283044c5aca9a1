package credential

import (
	"context"
	"time"

	"sendbridge/core/fault"
)

const (
	fetchLimit = 15 * time.Second // of one fetch
	// coolDown is for how long a failed fetch answers for the next while callers wait for one. It is shorter than the
	// time after which a breaker tries again.
	coolDown = 900 * time.Millisecond
	// calmDown is the same while there is a triple to give out.
	calmDown = 30 * time.Second
	// suspicion is how long a caller waits for another triple after the API has refused the current one.
	suspicion = 2 * time.Second
)

// An inflightCall is a call in the background whose outcome any number of callers can wait for. x/sync/singleflight does
// not tell how old a call is, and does not keep its outcome for later.
type inflightCall[T any] struct {
	began time.Time
	done  chan struct{} // closed when the rest is set
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

// over says whether there is an outcome.
func (f *inflightCall[T]) over() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// wait returns when there is an outcome. It says false when ctx was done before.
func (f *inflightCall[T]) wait(ctx context.Context) bool {
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	return f.over()
}

// A failure is the last fetch's, nil when it succeeded.
type failure struct {
	err error
	at  time.Time
}

// join returns the fetch in flight, or a failed one during its cool-down, or starts a new one. A fetch older than its
// limit was frozen with the process, and may take long to notice that its connection is closed: it is not joined.
func (s *Source) join(now time.Time) *inflightCall[struct{}] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.fetching; f != nil && within(now, f.began, fetchLimit) {
		return f
	}
	if s.failed.err != nil && within(now, s.failed.at, s.cooling(now)) {
		done := make(chan struct{})
		close(done)
		return &inflightCall[struct{}]{began: now, done: done, err: s.failed.err}
	}
	s.fetching = begin(now, func() (struct{}, error) { return struct{}{}, s.runFetch(now) })
	return s.fetching
}

// cooling is how long after a failure no new fetch is started.
func (s *Source) cooling(now time.Time) time.Duration {
	if g := s.current.Load(); g == nil || g.suspect || g.ended(now) {
		return coolDown
	}
	return calmDown
}

// within says that now is less than d after start. It is false if the clock was set back.
func within(now, start time.Time, d time.Duration) bool {
	passed := now.Sub(start)
	return passed >= 0 && passed < d
}

// runFetch makes the fetch that began at that time, and publishes its triple unless a newer fetch has started.
func (s *Source) runFetch(began time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), fetchLimit)
	defer cancel()
	grant, err := s.fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetching == nil || !s.fetching.began.Equal(began) { // another was started meanwhile, and this one's triple may be the older
		return s.late(context.Background())
	}
	s.fetching = nil
	s.failed = failure{err, s.wall()}
	if err == nil {
		s.publish(grant, s.wall())
	}
	return err
}

// safely turns a panic of a fetch into an error, and refuses an incomplete grant. Fetches run third-party code, so only
// the runtime's own panics are quoted.
func safely(name string, fetch Fetch) Fetch {
	return func(ctx context.Context) (grant Grant, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = newFault(name, fault.CodeCredentialsPanic, fault.Panic("it panicked: %w", "it panicked with a %T", p).Error())
			}
		}()
		grant, err = fetch(ctx)
		if err == nil && (grant.AccessKeyID == "" || grant.AccessKeySecret == "") {
			err = newFault(name, fault.CodeCredentialsIncomplete, "the AccessKeyId or its secret is empty")
		}
		return grant, err
	}
}
