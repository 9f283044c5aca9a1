package credential

import "time"

// A Status says what a source gives out at a moment. It holds no secret.
type Status struct {
	Places      string // where the source looks and which places it passes over, and why; empty where it has no choice
	Kind        string // the source's name: a value of SENDBRIDGE_CREDENTIALS
	Provider    string // who gave the triple, such as "default/env"; Kind before the first
	AccessKeyID string // masked; empty before the first triple
	Temporary   bool   // it has a security token
	Generation  uint64 // counts different triples; 0 before the first
	Age         time.Duration
	Expires     time.Time     // zero if the provider does not say
	Left        time.Duration // until Expires; negative after it has ended; 0 if Expires is zero
	LastError   error         // of the last fetch; nil when it succeeded
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
