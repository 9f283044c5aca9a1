package fleet

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/send"
)

// A crowd is the processes of one fleet, each with callers that need places, in a bubble.
type crowd struct {
	limits Limits
	own    int       // calls a second of each process without the fleet; 0 means 1
	demand []float64 // calls a second of each process
	time   time.Duration
	during func()        // called meanwhile
	wait   time.Duration // how long a caller waits; 0 means 2 s

	log    lines
	mu     sync.Mutex
	start  time.Time
	shares []*send.Share
	calls  [][]time.Duration // times of calls, by process
}

// run makes the crowd call at random moments for its time.
func (c *crowd) run(t *testing.T, s *server) {
	c.calls = make([][]time.Duration, len(c.demand))
	c.start = time.Now()
	var all sync.WaitGroup
	for range c.demand {
		c.shares = append(c.shares, send.NewShare(send.NewLimiter(max(1, c.own)), s.process(t, &c.log).Quota(c.limits).Lease))
	}
	for n := range c.demand {
		all.Go(func() { c.call(t, n) })
	}
	if c.during != nil {
		all.Go(c.during)
	}
	all.Wait()
}

func (c *crowd) call(t *testing.T, n int) {
	random := rand.New(rand.NewPCG(7, uint64(n)))
	var callers sync.WaitGroup
	defer callers.Wait()
	for {
		time.Sleep(time.Duration(random.ExpFloat64() * float64(time.Second) / c.demand[n]))
		if time.Since(c.start) > c.time {
			return
		}
		callers.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(c.wait, 2*time.Second))
			defer cancel()
			if c.shares[n].Wait(ctx) == nil {
				c.note(n)
			}
		})
	}
}

func (c *crowd) note(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[n] = append(c.calls[n], time.Since(c.start))
}

// peak returns the most calls of some processes in any second, including both ends.
func (c *crowd) peak(processes ...int) int {
	var all []time.Duration
	for _, n := range processes {
		all = append(all, c.calls[n]...)
	}
	slices.Sort(all)
	most, first := 0, 0
	for i, at := range all {
		for at-all[first] > time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// rate returns a process's calls a second, without the first second, in which a fleet without memory waits.
func (c *crowd) rate(n int) float64 {
	within := 0
	for _, at := range c.calls[n] {
		if at > time.Second && at <= c.time {
			within++
		}
	}
	return float64(within) / (c.time - time.Second).Seconds()
}

func (c *crowd) total() (sum float64) {
	for n := range c.calls {
		sum += c.rate(n)
	}
	return sum
}

// each returns the demand of n equal processes.
func each(n int, rate float64) (list []float64) {
	for range n {
		list = append(list, rate)
	}
	return list
}

// everyone returns the numbers of all processes.
func (c *crowd) everyone() (list []int) {
	for n := range c.calls {
		list = append(list, n)
	}
	return list
}

// A quotaTest is a crowd whose calls must stay within its limits, and use them.
type quotaTest struct {
	name    string
	limits  Limits
	demand  []float64
	atLeast float64 // calls a second
}

// TestSoakFortyProcessesKeepTheQuota has a fleet that takes longer.
func TestNoSecondExceedsTheQuota(t *testing.T) {
	for _, tt := range []quotaTest{
		{"ten times the load on four of eight", Limits{1000, 300, ""}, append(each(4, 250), each(4, 2500)...), 985},
		{"ten times the load on one of eight behind an address", Limits{1000, 300, "nat"}, append(each(7, 50), 500), 291},
		{"one process", Limits{1000, 300, ""}, each(1, 1000), 291},
		{"twenty behind one address", Limits{1000, 300, "nat"}, each(20, 30), 291},
		{"a small quota", Limits{7, 300, "nat"}, each(5, 5), 6},
		{"a very small quota", Limits{1, 300, ""}, each(3, 2), 0.5},
		{"less than the quota", Limits{1000, 300, "nat"}, each(10, 20), 190},
	} {
		t.Run(tt.name, tt.run)
	}
}

func (tt quotaTest) run(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{limits: tt.limits, demand: tt.demand, time: 3 * time.Second}
		c.run(t, newServer(t))
		limit := tt.limits.Account
		if tt.limits.Name != "" {
			limit = min(limit, tt.limits.Address)
		}
		if peak := c.peak(c.everyone()...); peak > limit {
			t.Errorf("%d calls within a second, the quota is %d", peak, limit)
		}
		for n := range c.calls {
			if peak := c.peak(n); peak > tt.limits.Address {
				t.Errorf("%d calls of one address within a second", peak)
			}
		}
		if total := c.total(); total < tt.atLeast {
			t.Errorf("%.1f calls a second, want %v", total, tt.atLeast)
		}
		wantLines(t, &c.log, 0, 0)
	})
}

// Processes with the same demand get the same share, and a process that needs less than its share gets its demand.
func TestTheQuotaIsSharedFairly(t *testing.T) {
	for name, limits := range map[string]Limits{"account": {200, 300, ""}, "address": {1000, 200, "nat"}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &crowd{limits: limits, demand: append(each(6, 60), 10, 10), time: 4 * time.Second}
				c.run(t, newServer(t))
				var rates []float64
				for n := range 6 {
					rates = append(rates, c.rate(n))
				}
				if slices.Max(rates) > 1.25*slices.Min(rates) {
					t.Errorf("at equal demand: %v calls a second", rates)
				}
				if a, b := c.rate(6), c.rate(7); a < 7 || b < 7 {
					t.Errorf("%v and %v calls a second of those who want 10", a, b)
				}
			})
		})
	}
}

// between returns the calls a second of all processes between two moments.
func (c *crowd) between(from, to time.Duration) float64 {
	n := 0
	for _, calls := range c.calls {
		for _, at := range calls {
			if at > from && at <= to {
				n++
			}
		}
	}
	return float64(n) / (to - from).Seconds()
}
