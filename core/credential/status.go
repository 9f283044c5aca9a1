package credential

import "time"

// A Status describes a source at a moment. It contains no secret.
type Status struct {
	Places      string // which places the source tries and which it skips, and why; empty if it has no choice
	Kind        string // the source's name: a value of SENDBRIDGE_CREDENTIALS
	Provider    string // the provider of the credentials, such as "default/env"; Kind before the first fetch
	AccessKeyID string // masked; empty before the first fetch
	Temporary   bool   // whether there is a security token
	Generation  uint64 // counts different credentials; 0 before the first
	Age         time.Duration
	Expires     time.Time     // zero if unknown
	Left        time.Duration // time until Expires; negative after it; 0 if Expires is zero
	LastError   error         // the error of the last fetch; nil if it succeeded
	Forced      *Renewal      // the last Refresh; nil before the first
}

// Status reports on the source. It fetches nothing.
func (s *Source) Status() Status {
	now := s.wall()
	s.mu.Lock()
	st := Status{Places: s.places, Kind: s.name, Provider: s.name, LastError: s.failed.err, Forced: s.forced}
	s.mu.Unlock()
	g := s.current.Load()
	if g == nil {
		return st
	}
	st.Provider, st.AccessKeyID, st.Temporary = g.Provider, g.Credentials.String(), g.SecurityToken != ""
	st.Generation, st.Age, st.Expires = g.number, now.Sub(g.since), g.Expires
	if !g.Expires.IsZero() {
		st.Left = g.Expires.Sub(now)
	}
	return st
}
