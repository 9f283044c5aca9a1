package interop

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sendbridge/core/onstest"
)

// What the fleets of the tests are given, in calls a second, and what the emulator allows: a quarter more, as a machine that
// is busy lets calls pile up on their way. Without a shared quota the processes would make ten times as many.
const (
	fleetRate    = 200
	fleetQuota   = fleetRate * 5 / 4
	addressQuota = 300 * 5 / 4
)

// fleetFor runs eight processes under load with these settings.
func fleetFor(t *testing.T, w *world, d time.Duration, during func(all []*process), settings ...string) (*rush, tally) {
	t.Helper()
	l := &rush{processes: w.startProcesses(t, settings...)}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if during != nil {
		go func() {
			defer cancel()
			during(l.processes)
		}()
	}
	l.run(ctx, d/3)
	got := l.tally(w)
	t.Logf("%v: %+v; answers %v", d, got, l)
	return l, got
}

// Eight processes with addresses of their own keep to the account's quota, with one server and with a cluster.
func TestProcessesShareTheAccountsQuota(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{
		"one server": func(tb testing.TB) string { return startRedis(tb).url() },
		"a cluster":  startCluster,
	} {
		t.Run(name, func(t *testing.T) {
			needRedis(t)
			w := newWorld(t, onstest.Quota{Account: fleetQuota, Address: addressQuota, Block: time.Minute}, false)
			l, got := fleetFor(t, w, 6*time.Second, nil, "SENDBRIDGE_RATE=25", "SENDBRIDGE_REDIS="+url(t), fmt.Sprintf("SENDBRIDGE_FLEET_RATE=%d", fleetRate))
			wantNothingLost(t, got)
			if got.peak > fleetQuota || got.throttled != 0 || got.blocks != 0 {
				t.Errorf("%+v", got)
			}
			for n, p := range l.processes {
				if lost, _ := p.redis(); lost != 0 {
					t.Errorf("process %d lost Redis %d times: %q", n, lost, p.log)
				}
			}
		})
	}
}

// Eight processes behind one address keep to its 300 calls a second, which without Redis they would be blocked for.
func TestProcessesShareAnAddress(t *testing.T) {
	w := newWorld(t, onstest.Quota{Account: 1000, Address: addressQuota, Block: time.Minute}, true)
	_, got := fleetFor(t, w, 5*time.Second, nil, "SENDBRIDGE_RATE=250", "SENDBRIDGE_REDIS="+startRedis(t).url(), "SENDBRIDGE_ADDRESS=nat")
	wantNothingLost(t, got)
	if got.address > addressQuota || got.blocks != 0 {
		t.Errorf("%+v", got)
	}
}

// Whatever happens to Redis, what is acknowledged is published, and the quota is kept where it is divided by hand for that
// time. Every process notices, and every one comes back.
func TestProcessesGoOnWithoutRedis(t *testing.T) {
	r := startRedis(t)
	w := newWorld(t, onstest.Quota{Account: fleetQuota, Address: addressQuota, Block: time.Minute}, false)
	_, got := fleetFor(t, w, 2*time.Minute, func(all []*process) {
		everyone := func(what string, is func(lost, back int) bool) {
			for _, p := range all {
				until(t, what, func() bool { return is(p.redis()) })
			}
		}
		for n, accident := range []struct{ begin, end func() }{
			{r.kill, r.start}, // restarted empty
			{r.pause, r.resume},
			{func() { r.do("CONFIG", "SET", "maxmemory", "1") }, func() { r.do("CONFIG", "SET", "maxmemory", "0") }},
		} {
			accident.begin()
			everyone("the process loses Redis", func(lost, back int) bool { return lost > back })
			accident.end()
			began := time.Now()
			everyone("the process has Redis again", func(lost, back int) bool { return lost == back })
			t.Logf("all were back %v after accident %d", time.Since(began).Round(time.Millisecond), n+1)
		}
	}, "SENDBRIDGE_RATE=25", "SENDBRIDGE_REDIS="+r.url(), fmt.Sprintf("SENDBRIDGE_FLEET_RATE=%d", fleetRate))
	wantNothingLost(t, got)
	if got.peak > fleetQuota || got.throttled != 0 || got.blocks != 0 {
		t.Errorf("%+v", got)
	}
}
