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
	patience  = 9 * time.Second // of whoever brings a message: SENDBRIDGE_REQUEST_TIMEOUT's default
	tick      = 200 * time.Millisecond
)

// A fleet is instances that send to one API, and know nothing of each other unless they have a Redis.
type fleet struct {
	scenario
	api   *api
	start time.Time
	rates [instances][]turn

	mu      sync.Mutex
	acked   map[string]ack  // by the message's id
	refused []time.Duration // how long it took to say so
}

type ack struct {
	msgID string
	at    time.Time
}

// A turn is when a rate was found to be another, at most a tick later, and which.
type turn struct {
	at   time.Time
	rate float64
}

// run lets a fleet work in virtual time.
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
		if err := f.api.server.Shutdown(t.Context()); err != nil { // calls may be under way whose sender gave up
			t.Error(err)
		}
		stop()
		watch.Wait()
		r = f.settle()
	})
	return r
}

// watch takes down what the API publishes and how fast the instances are, a last time when ctx ends.
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

// bring has messages come to an instance at random moments while the time lasts, and waits for what becomes of them.
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
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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
