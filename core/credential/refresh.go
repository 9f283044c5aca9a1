package credential

import (
	"context"
	"errors"
	"time"
)

// A Renewal is the outcome of a forced refresh.
type Renewal struct {
	At      time.Time
	Changed bool  // the triple is another one
	Err     error // why the fetch failed; nil also if it returned the same triple
}

// Refresh gets another triple because the API refused one, with its error as the cause. It returns nil only if the triple
// changed. Callers meanwhile share it, and whoever asks for credentials waits for it a moment.
func (s *Source) Refresh(ctx context.Context, cause error) error {
	now := s.wall()
	before := s.current.Load()
	switch {
	case s.host:
		return s.newer(ctx, before, now)
	case s.fixed:
		return s.unchanged(now, "they are a fixed key of the environment")
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
	return s.unchanged(now, "the same came again")
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
