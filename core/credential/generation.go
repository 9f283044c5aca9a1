package credential

import "time"

const (
	// Credentials are replaced between ahead and aheadAtMost before they expire. The time is random, so that instances do not fetch at the same time.
	ahead, aheadAtMost = 5 * time.Minute, 10 * time.Minute
	// unknownLife is the age at which credentials with an unknown expiry are replaced.
	unknownLife = 5 * time.Minute
)

// A generation is one set of credentials for as long as it is used. It never changes.
type generation struct {
	Grant
	number  uint64    // from 1
	since   time.Time // since when these credentials are known
	due     time.Time // when the next call starts a fetch; zero means never
	suspect bool      // the API rejected it
}

// quiet reports whether the credentials can be used without a fetch.
func (g *generation) quiet(now time.Time) bool { return g.due.IsZero() || now.Before(g.due) }

func (g *generation) ended(now time.Time) bool { return !g.Expires.IsZero() && !now.Before(g.Expires) }

// publish makes a grant the current one. The caller must hold the lock, or s must not be shared yet.
func (s *Source) publish(grant Grant, now time.Time) {
	if grant.Provider == "" {
		grant.Provider = s.name
	}
	grant.Expires = grant.Expires.Round(0)
	next := &generation{Grant: grant, number: 1, since: now, due: s.due(grant.Expires, now)}
	switch old := s.current.Load(); {
	case old == nil:
	case old.Credentials == grant.Credentials:
		next.number, next.since = old.number, old.since
	default:
		next.number = old.number + 1
	}
	s.current.Store(next)
}

// due returns when to replace credentials: if their life is short, when a third of it is left.
func (s *Source) due(expires, now time.Time) time.Time {
	switch {
	case s.fixed || s.host:
		return time.Time{}
	case expires.IsZero():
		return now.Add(unknownLife)
	}
	lead := ahead + time.Duration(s.random(int64(aheadAtMost-ahead)))
	return expires.Add(-min(lead, expires.Sub(now)/3))
}

// suspect makes callers wait for a fetch before they use the credentials again.
func (s *Source) suspect(g *generation, now time.Time) {
	refused := *g
	refused.suspect, refused.due = true, now
	s.current.CompareAndSwap(g, &refused)
}
