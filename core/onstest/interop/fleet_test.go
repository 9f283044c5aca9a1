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
func fleetFor(t *testing.T, w *world, d time.Duration, during func(all []*process), settings ...string) tally {
	t.Helper()
	l := &rush{processes: w.startProcesses(t, append(settings, unhurried...)...)}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if during != nil {
		go func() {
			defer cancel()
			during(l.processes)
		}()
	}
	watch, stopWatch := context.WithCancel(t.Context())
	defer stopWatch()
	stood := make(chan time.Duration, 1)
	go func() { stood <- standstill(watch) }()
	l.run(ctx, d/3)
	stopWatch()
	got := l.tally(w)
	got.stood = <-stood
	t.Logf("%v: %+v; answers %v", d, got, l)
	return got
}

// Eight processes with addresses of their own keep to the account's quota, with one server and with a cluster.
func TestProcessesShareTheAccountsQuota(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{
		"one server": func(tb testing.TB) string { return startRedis(tb).url() },
		"a cluster":  startCluster,
	} {
		whenRedisAnswers(t, name, func(t *testing.T) (lost int, wrong string) {
			w := newWorld(t, onstest.Quota{Account: fleetQuota, Address: addressQuota, Block: time.Minute}, false)
			got := fleetFor(t, w, 6*time.Second, nil, "SENDBRIDGE_RATE=25", "SENDBRIDGE_REDIS="+url(t), fmt.Sprintf("SENDBRIDGE_FLEET_RATE=%d", fleetRate))
			wantNothingLost(t, got)
			return got.verdict(got.peak <= fleetQuota && got.throttled == 0 && got.blocks == 0)
		})
	}
}

// Eight processes behind one address keep to its 300 calls a second, which without Redis they would be blocked for.
func TestProcessesShareAnAddress(t *testing.T) {
	whenRedisAnswers(t, "one address", func(t *testing.T) (lost int, wrong string) {
		w := newWorld(t, onstest.Quota{Account: 1000, Address: addressQuota, Block: time.Minute}, true)
		got := fleetFor(t, w, 5*time.Second, nil, "SENDBRIDGE_RATE=250", "SENDBRIDGE_REDIS="+startRedis(t).url(), "SENDBRIDGE_ADDRESS=nat")
		wantNothingLost(t, got)
		return got.verdict(got.address <= addressQuota && got.blocks == 0)
	})
}

// Whatever happens to Redis, what is acknowledged is published, and the quota is kept where it is divided by hand for that
// time. Every process notices, and every one comes back.
func TestProcessesGoOnWithoutRedis(t *testing.T) {
	whenRedisAnswers(t, "three accidents", goOnWithoutRedis)
}

func goOnWithoutRedis(t *testing.T) (lost int, wrong string) {
	r := startRedis(t)
	w := newWorld(t, onstest.Quota{Account: fleetQuota, Address: addressQuota, Block: time.Minute}, false)
	got := fleetFor(t, w, 2*time.Minute, func(all []*process) {
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
	got.redisLost = 0 // every attempt loses Redis
	return got.verdict(got.peak <= fleetQuota && got.throttled == 0 && got.blocks == 0)
}
