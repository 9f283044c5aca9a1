package functions

import (
	"cmp"
	"context"
	"fmt"

	"sendbridge/core/bridge"
	"sendbridge/core/fleet"
	"sendbridge/core/send"
)

// addressQuota is the limit in calls a second from one address, above which the API blocks the address.
const addressQuota = 300

// join makes the app a member of a fleet, if SENDBRIDGE_REDIS is set.
func (a *App) join() error {
	c := &a.Config
	if c.Redis == "" {
		return nil
	}
	f, err := fleet.Open(c.Redis, c.InstanceID+"@"+cmp.Or(c.Region, c.Endpoint), &fleet.Options{Dial: a.parts.RedisDial, Log: a.log})
	if err != nil {
		return fmt.Errorf("SENDBRIDGE_REDIS: %w", err)
	}
	a.fleet, a.quota = f, f.Quota(fleet.Limits{Account: c.FleetRate, Address: a.addressRate(), Name: c.Address})
	a.share = send.NewShare(a.limiter, a.quota.Lease)
	return nil
}

// addressRate returns the limit of one address with Redis. SENDBRIDGE_RATE_FORCE allows more.
func (a *App) addressRate() int { return max(addressQuota, a.Config.Rate) }

// sharedDedup returns the fleet's dedup window, or nil without a fleet.
func (a *App) sharedDedup() *bridge.Shared {
	if a.fleet == nil {
		return nil
	}
	return a.fleet.Dedup()
}

// A pacer decides when a call may be made, and receives its outcome.
type pacer interface {
	Wait(ctx context.Context) error
	Feedback(err error)
	Halve()
	Rate() float64
}

// pacer returns the fleet's share, or the limiter of a process without a fleet.
func (a *App) pacer() pacer {
	if a.share != nil {
		return a.share
	}
	return a.limiter
}

// A FleetState is the app's view of its fleet.
type FleetState struct {
	Share  send.ShareStatus
	Health fleet.Health
}

// FleetState returns the current state. It is zero without SENDBRIDGE_REDIS.
func (a *App) FleetState() (s FleetState) {
	if a.share != nil {
		s = FleetState{a.share.Status(), a.fleet.Health()}
	}
	return s
}
