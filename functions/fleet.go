package functions

import (
	"cmp"
	"context"
	"fmt"

	"sendbridge/core/fleet"
	"sendbridge/core/send"
)

// addressQuota is the calls a second from one address, above which the API blocks it.
const addressQuota = 300

// join makes the app one of a fleet, if SENDBRIDGE_REDIS is set.
func (a *App) join() error {
	c := &a.Config
	if c.Redis == "" {
		return nil
	}
	f, err := fleet.Open(c.Redis, c.InstanceID+"@"+cmp.Or(c.Region, c.Endpoint), &fleet.Options{Dial: a.parts.RedisDial, Log: a.log})
	if err != nil {
		return fmt.Errorf("SENDBRIDGE_REDIS: %w", err)
	}
	limits := fleet.Limits{Account: c.FleetRate, Address: max(addressQuota, c.Rate), Name: c.Address} // beyond 300 with SENDBRIDGE_RATE_FORCE
	a.fleet, a.share = f, send.NewShare(a.limiter, f.Quota(limits).Lease)
	return nil
}

// A pacer decides when a call may be made, and learns what became of it.
type pacer interface {
	Wait(ctx context.Context) error
	Feedback(err error)
	Halve()
	Rate() float64
}

// pacer is the fleet's share, or the limiter of a process that is alone.
func (a *App) pacer() pacer {
	if a.share != nil {
		return a.share
	}
	return a.limiter
}
