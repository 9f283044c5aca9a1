package functions_test

import (
	"net/netip"
	"testing"
	"time"

	"sendbridge/core/onstest"
)

// A scenario describes a fleet and its load.
type scenario struct {
	name   string
	shared bool // all share one address, as behind a NAT gateway
	time   time.Duration
	make   func(t *testing.T, instance int, p place) instance
}

// fleets are the scenarios in the table of docs/quota.md.
var fleets = []scenario{
	{"own addresses, 25 each", false, time.Minute, rated(25)},
	{"own addresses, 10 and 250 in turn", false, time.Minute, rated(10, 250)},
	{"own addresses, 250 each", false, time.Minute, rated(250)},
	{"own addresses, one Redis", false, time.Minute, sharing("")},
	{"own addresses, naive", false, 20 * time.Second, naive},
	{"one address, 7 each", true, time.Minute, rated(7)},
	{"one address, 10 and 40 in turn", true, 5 * time.Minute, rated(10, 40)},
	{"one address, 250 each", true, 15 * time.Minute, rated(250)},
	{"one address, one Redis", true, time.Minute, sharing("nat")},
	{"one address, naive", true, 20 * time.Second, naive},
}

// wait is how long a sender waits. In a short scenario it is less than in production, because the fleet would otherwise spend most
// of the test on what waits at the end.
func (s scenario) wait() time.Duration { return min(patience, s.time) }

// quota returns the calls per second that the API allows the whole fleet.
func (s scenario) quota() int {
	if s.shared {
		return onstest.DefaultQuota().Address
	}
	return onstest.DefaultQuota().Account
}

func (s scenario) address(instance int) netip.AddrPort {
	if s.shared {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), uint16(1024+instance))
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 1, byte(instance)}), 1024)
}
