package credential

import (
	"context"
	"errors"
	"time"
)

// A Renewal is the result of a forced refresh.
type Renewal struct {
	At      time.Time
	Changed bool  // whether the credentials changed
	Err     error // why the fetch failed; nil if it returned credentials, even the same ones
}

// Refresh fetches other credentials after the API has rejected the current ones with cause. It returns nil only if the
// credentials changed. Concurrent callers share the fetch, and callers of Credentials wait for it for a moment.
func (s *Source) Refresh(ctx context.Context, cause error) error {
	now := s.wall()
	before := s.current.Load()
	switch {
	case s.host:
		return s.newer(ctx, before, now)
	case s.fixed:
		return s.unchanged(now, "they are a fixed key in the environment")
	case before != nil:
		s.suspect(before, now)
	}
	f := s.join(now)
	if !f.wait(ctx) {
		return s.late(ctx)
	}
	if after := s.current.Load(); after != nil && (before == nil || after.number > before.number) {
		s.note(Renewal{At: now, Changed: true})
		return nil
	}
	if f.err != nil {
		s.note(Renewal{At: now, Err: f.err})
		return f.err
	}
	return s.unchanged(now, "the fetch returned the same ones")
}

func (s *Source) unchanged(now time.Time, why string) error {
	s.note(Renewal{At: now})
	return errors.New(s.name + ": the credentials did not change: " + why)
}

func (s *Source) note(r Renewal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forced = &r
}
