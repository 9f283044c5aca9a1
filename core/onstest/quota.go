// The documented quota: https://help.aliyun.com/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/qps-limits

package onstest

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// A Quota limits calls in any one-second window. In each field 0 means no such limit.
type Quota struct {
	Account int           // calls a second of all addresses; those beyond are answered Throttling.User
	Address int           // calls a second of one address; the first beyond blocks the address
	Block   time.Duration // how long connections of a blocked address are closed unanswered; 0: Throttling.User instead
}

// DefaultQuota returns the documented limits: 1000 calls a second for the account and 300 for an address. For how
// long an address is blocked is not documented; here it is a minute.
func DefaultQuota() Quota { return Quota{Account: 1000, Address: 300, Block: time.Minute} }

// maxAddresses bounds those that are remembered, with their peaks.
const maxAddresses = 1024

type passage int

const (
	passed passage = iota
	throttled
	blocked
)

type quota struct {
	limits    Quota
	account   meter
	addresses map[string]*address
}

type address struct {
	meter
	blockedUntil time.Time
}

func newQuota(limits Quota) quota { return quota{limits: limits, addresses: map[string]*address{}} }

// admit counts a call that arrives and says how far it gets.
func (h *Handler) admit(remoteAddr string) passage {
	ip := host(remoteAddr)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts.requests++
	return h.quota.admit(ip, h.now()) // under the lock, so that times come in order
}

func (q *quota) admit(ip string, now time.Time) passage {
	a := q.address(ip, now)
	a.arrive(now)
	if now.Before(a.blockedUntil) {
		return blocked
	}
	within := a.pass(now, q.limits.Address)
	if !within && q.limits.Block > 0 {
		a.blockedUntil = now.Add(q.limits.Block)
		return blocked
	}
	q.account.arrive(now)
	if !within || !q.account.pass(now, q.limits.Account) {
		return throttled
	}
	return passed
}

func (q *quota) address(ip string, now time.Time) *address {
	a := q.addresses[ip]
	if a == nil {
		if len(q.addresses) >= maxAddresses {
			q.forget(now)
		}
		a = &address{}
		q.addresses[ip] = a
	}
	return a
}

// forget drops the idle addresses, or all if no address is idle.
func (q *quota) forget(now time.Time) {
	maps.DeleteFunc(q.addresses, func(_ string, a *address) bool {
		return a.came.count(now) == 0 && !now.Before(a.blockedUntil)
	})
	if len(q.addresses) >= maxAddresses {
		clear(q.addresses)
	}
}

// blockedAt lists the addresses that are blocked.
func (q *quota) blockedAt(now time.Time) []string {
	list := []string{}
	for ip, a := range q.addresses {
		if now.Before(a.blockedUntil) {
			list = append(list, ip)
		}
	}
	slices.Sort(list)
	return list
}

// host is the address of a connection; a header like X-Forwarded-For is the caller's claim and counts for nothing.
func host(remoteAddr string) string {
	if ap, err := netip.ParseAddrPort(remoteAddr); err == nil {
		return ap.Addr().Unmap().WithZone("").String()
	}
	return remoteAddr
}
