package functions_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
)

const (
	instances = 40
	overload  = 5               // offered load in multiples of the quota
	patience  = 9 * time.Second // how long a sender waits: SENDBRIDGE_REQUEST_TIMEOUT's default
	tick      = 200 * time.Millisecond
)

// A fleet is a group of instances that do not know each other and send to one API.
type fleet struct {
	scenario
	api   *api
	start time.Time
	rates [instances][]turn

	mu      sync.Mutex
	acked   map[string]ack  // acknowledgements by message id
	refused []time.Duration // time until each error
}

type ack struct {
	msgID string
	at    time.Time
}

// A turn is a change of an instance's rate, recorded at most a tick later.
type turn struct {
	at   time.Time
	rate float64
}

// run runs a fleet in virtual time.
func run(t *testing.T, s scenario) (r result) {
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{scenario: s, api: newAPI(), start: time.Now(), acked: map[string]ack{}}
		redis := miniredis.NewMiniRedis()
		defer func() { // after the instances
			redis.Close()
			time.Sleep(time.Minute) // what a client's connections leave behind ends by itself
		}()
		var all [instances]instance
		for n := range all {
			all[n] = s.make(t, n, place{f.api.wire.transport(s.address(n)), func(context.Context, string) (net.Conn, error) { return redis.Dial() }})
			defer all[n].close()
		}
		watching, stop := context.WithCancel(t.Context())
		var watch, work sync.WaitGroup
		watch.Go(func() { f.watch(watching, all[:]) })
		for n, i := range all {
			work.Go(func() { f.bring(n, i) })
		}
		work.Wait()
		if err := f.api.server.Shutdown(t.Context()); err != nil { // calls may still be in flight whose sender gave up
			t.Error(err)
		}
		stop()
		watch.Wait()
		r = f.settle()
	})
	return r
}

// watch records what the API publishes and the rates of the instances, a last time when ctx ends.
func (f *fleet) watch(ctx context.Context, all []instance) {
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	for {
		f.api.remember()
		for n, i := range all {
			if i.rate == nil {
				continue
			}
			turns, now := f.rates[n], i.rate()
			if len(turns) == 0 || turns[len(turns)-1].rate != now {
				f.rates[n] = append(turns, turn{time.Now(), now})
			}
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			f.api.remember()
			return
		}
	}
}

// bring delivers messages to an instance at random moments during the time, and waits for their outcomes.
func (f *fleet) bring(n int, i instance) {
	random := rand.New(rand.NewPCG(3, uint64(n)))
	pause := float64(time.Second) * instances / float64(overload*f.quota())
	var pending sync.WaitGroup
	for m := 0; ; m++ {
		time.Sleep(time.Duration(random.ExpFloat64() * pause))
		if time.Since(f.start) >= f.time {
			break
		}
		pending.Go(func() { f.offer(i, fmt.Sprintf("%d/%d", n, m)) })
	}
	pending.Wait()
}

func (f *fleet) offer(i instance, id string) {
	ctx, cancel := context.WithTimeout(context.Background(), f.wait())
	defer cancel()
	came := time.Now()
	msgID, err := i.deliver(ctx, id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.refused = append(f.refused, time.Since(came))
		return
	}
	f.acked[id] = ack{msgID, time.Now()}
}
