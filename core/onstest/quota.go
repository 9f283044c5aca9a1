// The documented quota: https://help.aliyun.com/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/qps-limits

package onstest

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// A Quota limits the calls in any one-second window. In each field 0 means no limit.
type Quota struct {
	Account int           // calls per second of all addresses; further calls get Throttling.User
	Address int           // calls per second of one address; the first further call blocks the address
	Block   time.Duration // how long connections of a blocked address are closed without an answer; 0 means Throttling.User instead
}

// DefaultQuota returns the documented limits: 1000 calls per second for the account and 300 for an address. The
// documentation does not say how long an address stays blocked; here it is a minute.
func DefaultQuota() Quota { return Quota{Account: 1000, Address: 300, Block: time.Minute} }

// maxAddresses limits the addresses whose calls are counted.
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

// admit counts a call that arrives and returns whether it passes.
func (h *Handler) admit(remoteAddr string) passage {
	ip := host(remoteAddr)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts.requests++
	return h.quota.admit(ip, h.now()) // the lock keeps the times in order
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

// forget drops the idle addresses, or all of them if none is idle.
func (q *quota) forget(now time.Time) {
	maps.DeleteFunc(q.addresses, func(_ string, a *address) bool {
		return a.came.count(now) == 0 && !now.Before(a.blockedUntil)
	})
	if len(q.addresses) >= maxAddresses {
		clear(q.addresses)
	}
}

// blockedAt lists the blocked addresses.
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

// host returns the IP address of a connection. It ignores headers such as X-Forwarded-For, which the caller can forge.
func host(remoteAddr string) string {
	if ap, err := netip.ParseAddrPort(remoteAddr); err == nil {
		return ap.Addr().Unmap().WithZone("").String()
	}
	return remoteAddr
}
