package onstest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A clocked is an emulator with a settable clock, whose calls come from any address. Calls need no signature to count.
type clocked struct {
	*Handler
	now time.Time
}

func newClocked(q *Quota) *clocked {
	c := &clocked{now: start}
	c.Handler = New(&Options{Quota: q, Now: func() time.Time { return c.now }})
	return c
}

// call returns blocked, Throttling.User or MissingAction. MissingAction means that the call passed the quota.
func (c *clocked) call(ip string) string {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.RemoteAddr = ip + ":4711"
	r.Header.Set("Accept", "application/json") // which is faster to read than XML
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.9.8.%d", c.now.UnixNano()%250))
	o := send(c, r)
	if o.dropped {
		return "blocked"
	}
	return o.reply.Code
}

func (c *clocked) calls(n int, ip string) map[string]int {
	got := map[string]int{}
	for range n {
		got[c.call(ip)]++
	}
	return got
}

func TestAddressIsBlocked(t *testing.T) {
	c := newClocked(nil)
	if got := c.calls(300, "10.0.0.1"); got["MissingAction"] != 300 {
		t.Fatalf("300 calls in a second: %v", got)
	}
	c.now = start.Add(time.Second - 1)
	if got := c.call("10.0.0.1"); got != "blocked" {
		t.Fatalf("call 301 in the second: %s", got)
	}
	if got := c.call("10.0.0.2"); got != "MissingAction" {
		t.Errorf("another address: %s", got)
	}
	s := c.Stats()
	if !slices.Equal(s.Blocked, []string{"10.0.0.1"}) || s.Rejected["blocked"] != 1 || s.Peak.Address["10.0.0.1"] != 301 || s.Peak.Account != 301 {
		t.Errorf("stats %+v", s)
	}
	c.now = start.Add(61*time.Second - 2)
	if got := c.calls(400, "10.0.0.1"); got["blocked"] != 400 {
		t.Errorf("just before a minute is over: %v", got)
	}
	c.now = c.now.Add(1) // calls while it was blocked do not count
	if got := c.calls(300, "10.0.0.1"); got["MissingAction"] != 300 {
		t.Errorf("after a minute: %v", got)
	}
	if s := c.Stats(); len(s.Blocked) != 0 {
		t.Errorf("still blocked: %v", s.Blocked)
	}
}

// The window slides: 300 calls at the end of one second and one at the start of the next exceed the limit.
func TestWindowSlides(t *testing.T) {
	c := newClocked(nil)
	c.now = start.Add(900 * time.Millisecond)
	c.calls(300, "10.0.0.1")
	c.now = start.Add(1899 * time.Millisecond)
	if got := c.call("10.0.0.1"); got != "blocked" {
		t.Errorf("999 ms later: %s", got)
	}
	c = newClocked(nil)
	c.calls(300, "10.0.0.1")
	c.now = start.Add(time.Second)
	if got := c.calls(300, "10.0.0.1"); got["MissingAction"] != 300 {
		t.Errorf("a second later: %v", got)
	}
	if peak := c.Stats().Peak.Address["10.0.0.1"]; peak != 300 {
		t.Errorf("peak %d, want 300", peak)
	}
}

func TestAccountIsThrottled(t *testing.T) {
	c := newClocked(nil)
	for i := range 4 {
		if got := c.calls(250, fmt.Sprintf("10.0.0.%d", i)); got["MissingAction"] != 250 {
			t.Fatalf("address %d: %v", i, got)
		}
	}
	if got := c.calls(50, "10.0.0.9"); got["Throttling.User"] != 50 {
		t.Errorf("call 1001 and on: %v", got)
	}
	c.now = start.Add(time.Second)
	if got := c.call("10.0.0.9"); got != "MissingAction" {
		t.Errorf("a second later: %s", got)
	}
	if s := c.Stats(); s.Peak.Account != 1050 || s.Rejected["Throttling.User"] != 50 || s.Requests != 1051 {
		t.Errorf("stats %+v", s)
	}
}

func TestQuotaOff(t *testing.T) {
	for name, test := range map[string]struct {
		quota Quota
		want  string // the answer to further calls
	}{
		"everything": {Quota{}, "MissingAction"},
		"block":      {Quota{Address: 300}, "Throttling.User"},
		"address":    {Quota{Account: 300, Block: time.Minute}, "Throttling.User"},
		"account":    {Quota{Address: 300, Block: time.Minute}, "blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClocked(&test.quota)
			c.calls(300, "10.0.0.1")
			if got := c.calls(750, "10.0.0.1"); got[test.want] != 750 { // more than the quota of an account, if it is on
				t.Errorf("%v, want %s", got, test.want)
			}
		})
	}
}

// The quota agrees with a list of all calls: it never allows more than the limit in any second, and rejects no call
// needlessly.
func TestQuotaAgreesWithCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Quota{Account: rapid.IntRange(0, 8).Draw(t, "account"), Address: rapid.IntRange(0, 6).Draw(t, "address")}
		c := newClocked(&limits)
		var passed []time.Time
		byAddress := map[string][]time.Time{}
		recent := func(times []time.Time) (n int) {
			for _, at := range times {
				if c.now.Sub(at) < time.Second {
					n++
				}
			}
			return n
		}
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "pause")) * time.Millisecond)
			ip := rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2"}).Draw(t, "ip")
			want := "MissingAction"
			switch {
			case limits.Address > 0 && recent(byAddress[ip]) >= limits.Address:
				want = "Throttling.User"
			case limits.Account > 0 && recent(passed) >= limits.Account:
				want = "Throttling.User"
				byAddress[ip] = append(byAddress[ip], c.now)
			default:
				byAddress[ip] = append(byAddress[ip], c.now)
				passed = append(passed, c.now)
			}
			if got := c.call(ip); got != want {
				t.Fatalf("limits %+v: %s, want %s", limits, got, want)
			}
		}
	})
}

func TestAddressesAreBounded(t *testing.T) {
	c := newClocked(nil)
	for i := range 2*maxAddresses + 10 {
		if i == maxAddresses {
			c.now = c.now.Add(time.Minute)
		}
		c.call(fmt.Sprintf("10.0.%d.%d", i/256, i%256))
		if n := len(c.quota.addresses); n > maxAddresses {
			t.Fatalf("%d addresses are kept", n)
		}
	}
}

func TestAddressOfAConnection(t *testing.T) {
	for remote, want := range map[string]string{
		"10.0.0.1:80": "10.0.0.1", "[2001:db8::1]:80": "2001:db8::1", "[::ffff:10.0.0.1]:80": "10.0.0.1", "[fe80::1%eth0]:80": "fe80::1", "@": "@",
	} {
		if got := host(remote); got != want {
			t.Errorf("host(%q) = %q, want %q", remote, got, want)
		}
	}
}
