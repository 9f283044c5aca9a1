package credential

import "time"

const (
	// ahead is how long before its end a triple is replaced, at least and, as instances must not ask together, at most.
	ahead, aheadAtMost = 5 * time.Minute, 10 * time.Minute
	// unknownLife is after how long another triple is asked for if its end is unknown.
	unknownLife = 5 * time.Minute
)

// A generation is one triple for as long as it is given out. It never changes.
type generation struct {
	Grant
	number  uint64    // from 1
	since   time.Time // this triple is known
	due     time.Time // a fetch is started at the next call; zero is never
	suspect bool      // the API refused it
}

// quiet says that the triple can be used as it is and needs no fetch.
func (g *generation) quiet(now time.Time) bool { return g.due.IsZero() || now.Before(g.due) }

func (g *generation) ended(now time.Time) bool { return !g.Expires.IsZero() && !now.Before(g.Expires) }

// publish makes a grant the current one. Whoever calls it holds the lock, or has not shared s yet.
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

// due leaves a third of a short life.
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

// suspect makes callers wait for a fetch before they use the triple again.
func (s *Source) suspect(g *generation, now time.Time) {
	refused := *g
	refused.suspect, refused.due = true, now
	s.current.CompareAndSwap(g, &refused)
}
