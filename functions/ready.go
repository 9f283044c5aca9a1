package functions

import (
	"context"
	"sync"
	"time"

	"sendbridge/core/fault"
)

// The states of /readyz that are not ready. docs/servers.md says what each means.
const (
	stateDraining          = "Draining"          // the process is about to end
	stateNoCredentials     = "NoCredentials"     // there are none, or those there were have ended
	stateEndpointUnreached = "EndpointUnreached" // the API has not answered since the process began, and a call was made
	stateBreakerOpen       = "BreakerOpen"       // calls are stopped
)

// Unready is the state that keeps the app from sending; empty while it can send. It waits for nothing. A process that is not
// ready gets no events, so that nothing else would try what is missing: asking starts a try, of which a later answer tells.
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

// fetchCredentials starts a fetch unless one is under way, and leaves it at that.
func (a *App) fetchCredentials() {
	ctx, leave := context.WithCancel(context.Background())
	leave()
	_, _ = a.credentials.Credentials(ctx) // its error is that nobody waited
}

// contact asks the endpoint for nothing, at the pace of all calls.
func (a *App) contact(ctx context.Context) error {
	if err := a.limiter.Wait(ctx); err != nil {
		return err
	}
	_, err := a.client.Contact(ctx)
	return err
}

// A reach knows whether the API has ever answered.
type reach struct {
	mu       sync.Mutex
	answered bool
	failed   bool // a call got no answer
	trying   bool
	tried    time.Time // when the last try began
}

const (
	tryEvery = 5 * time.Second
	tryFor   = 4 * time.Second
)

// note takes the outcome of each call.
func (r *reach) note(err error) {
	f := fault.Of(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil, f.Reach == fault.Answered:
		r.answered = true
	case f.Reach == fault.Unanswered, f.Reach == fault.TimedOut, f.Reach == fault.Blocked, f.Reach == fault.Unserved:
		r.failed = true
	}
}

func (r *reach) unreached() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed && !r.answered
}

// try makes a call in the background, one at a time and one in five seconds.
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
