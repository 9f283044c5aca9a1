package credential

import "time"

// A Status says what a source gives out at a moment. It holds no secret.
type Status struct {
	Kind        string // the source's name: a value of SENDBRIDGE_CREDENTIALS
	Provider    string // who gave the triple, such as "default/env"; Kind while there is none
	AccessKeyID string // masked; empty while there is none
	Temporary   bool   // it has a security token
	Generation  uint64 // counts different triples; 0 while there is none
	Age         time.Duration
	Expires     time.Time     // zero where nobody says
	Left        time.Duration // until Expires; negative when it is over; 0 where nobody says
	LastError   error         // of the last fetch; nil when it succeeded
	Forced      *Renewal      // the last Refresh; nil while there was none
}

// Status reports on the source. It fetches nothing.
func (s *Source) Status() Status {
	now := s.wall()
	s.mu.Lock()
	st := Status{Kind: s.name, Provider: s.name, LastError: s.failed.err, Forced: s.forced}
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
