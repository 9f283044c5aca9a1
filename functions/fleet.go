package functions

import (
	"cmp"
	"context"
	"fmt"

	"sendbridge/core/bridge"
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
	a.fleet, a.quota = f, f.Quota(fleet.Limits{Account: c.FleetRate, Address: a.addressRate(), Name: c.Address})
	a.share = send.NewShare(a.limiter, a.quota.Lease)
	return nil
}

// addressRate is the limit of one address with a Redis, which SENDBRIDGE_RATE_FORCE raises.
func (a *App) addressRate() int { return max(addressQuota, a.Config.Rate) }

// sharedDedup is nil for an app that is alone.
func (a *App) sharedDedup() *bridge.Shared {
	if a.fleet == nil {
		return nil
	}
	return a.fleet.Dedup()
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

// A FleetState is what the app knows of its fleet.
type FleetState struct {
	Share  send.ShareStatus
	Health fleet.Health
}

// FleetState returns what is known now; nothing without SENDBRIDGE_REDIS.
func (a *App) FleetState() (s FleetState) {
	if a.share != nil {
		s = FleetState{a.share.Status(), a.fleet.Health()}
	}
	return s
}
