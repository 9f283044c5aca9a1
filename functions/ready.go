package functions

import (
	"context"
	"sync"
	"time"

	"sendbridge/core/fault"
)

// The states in which /readyz is not ready. docs/servers.md explains each.
const (
	stateDraining          = "Draining"          // the process is ending
	stateNoCredentials     = "NoCredentials"     // there are no credentials, or they have expired
	stateEndpointUnreached = "EndpointUnreached" // a call was made, but the API has not answered since the process started
	stateBreakerOpen       = "BreakerOpen"       // the breaker is open
)

// Unready returns the state that prevents the app from sending, or an empty string. It waits for nothing. A process that is
// not ready gets no events, so nothing else would retry what is missing: Unready starts a retry, whose result a later call
// returns.
func (a *App) Unready() string {
	st := a.credentials.Status()
	switch {
	case st.Generation == 0, !st.Expires.IsZero() && st.Left <= 0:
		a.fetchCredentials()
		return stateNoCredentials
	case a.reach.unreached():
		a.reach.try(a.contact)
		return stateEndpointUnreached
	case a.Breaker() == "open":
		return stateBreakerOpen
	}
	return ""
}

// fetchCredentials starts a fetch unless one is under way, and does not wait for it.
func (a *App) fetchCredentials() {
	ctx, leave := context.WithCancel(context.Background())
	leave()
	_, _ = a.credentials.Credentials(ctx) // the error only says that the context has ended
}

// contact makes an unsigned request to the endpoint, at the pace of all calls.
func (a *App) contact(ctx context.Context) error {
	if err := a.limiter.Wait(ctx); err != nil {
		return err
	}
	_, err := a.client.Contact(ctx)
	return err
}

// A reach records whether the API has ever answered.
type reach struct {
	mu       sync.Mutex
	answered bool
	failed   bool // a call got no answer
	trying   bool
	tried    time.Time // when the last retry started
}

const (
	tryEvery = 5 * time.Second
	tryFor   = 4 * time.Second
)

// note records the outcome of a call.
func (r *reach) note(err error) {
	f := fault.Of(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil, f.Reach == fault.Answered:
		r.answered = true
	case f.Reach == fault.Unanswered, f.Reach == fault.TimedOut, f.Reach == fault.Blocked, f.Reach == fault.NoListener:
		r.failed = true
	}
}

func (r *reach) unreached() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed && !r.answered
}

// try makes a call in the background, one at a time and at most every five seconds.
func (r *reach) try(call func(context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); !r.trying && now.Sub(r.tried) >= tryEvery {
		r.trying, r.tried = true, now
		go r.call(call)
	}
}

func (r *reach) call(call func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), tryFor)
	defer cancel()
	err := call(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trying, r.answered = false, r.answered || err == nil
}
