package functions_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"

	"sendbridge/core"
	"sendbridge/core/onstest"
)

// Delivery, /readyz and the rate need no Redis: nobody listens at its address here.
func TestDeliveryNeedsNoRedis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, onstest.Quota{}, "SENDBRIDGE_REDIS=redis://me:hush-hush@127.0.0.1:1", "SENDBRIDGE_RATE=10")
		t.Cleanup(func() {
			s.app.Close()
			time.Sleep(time.Minute) // what a client's connections leave behind ends by itself
		})
		if _, err := s.app.Apply(parse(t, `rules: [{topic: a/b, payload: original}]`)); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for n := range 15 {
			if status := s.request("/", fmt.Sprint(n)); status != http.StatusNoContent {
				t.Errorf("status %d", status)
			}
		}
		s.wantCounts(t, map[core.Outcome]int{core.Sent: 15})
		if took := time.Since(began); took < time.Second {
			t.Errorf("15 calls in %v, at 10 a second", took)
		}
		if state := s.app.FleetState(); !state.Share.Alone || !state.Health.Degraded || state.Health.Lost != 1 || s.app.Rate() != 10 {
			t.Errorf("%+v, at %v calls a second", state, s.app.Rate())
		}
		if why := s.app.Unready(); why != "" {
			t.Errorf("/readyz: %s", why)
		}
	})
}

// A function that was frozen for long does not lose its fleet because Redis, or the network, dropped the connection meanwhile.
func TestAFunctionResumesWithItsFleet(t *testing.T) {
	for name, c := range map[string]struct {
		frozen time.Duration // not at a whole second, when the library would check the connection
		lost   uint64
	}{"soon": {24500 * time.Millisecond, 1}, "later": {25500 * time.Millisecond, 0}, "much later": {time.Hour + time.Second/2, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				redis, api := miniredis.NewMiniRedis(), newAPI()
				var open []net.Conn
				dial := func(context.Context, string) (net.Conn, error) {
					near, err := redis.Dial()
					open = append(open, near)
					return near, err
				}
				app := newApp(t, place{api.wire.transport(scenario{}.address(0)), dial}, "SENDBRIDGE_REDIS=redis://redis.example")
				defer func() {
					app.Close()
					if err := api.server.Shutdown(t.Context()); err != nil {
						t.Error(err)
					}
					redis.Close()
					time.Sleep(time.Minute) // what a client's connections leave behind ends by itself
				}()
				invoke := app.Resumable(func(ctx context.Context, id []byte) ([]byte, error) {
					_, err := deliver(ctx, app.Bridge, string(id))
					return nil, err
				})
				if _, err := invoke(t.Context(), []byte("1")); err != nil {
					t.Fatal(err)
				}
				time.Sleep(c.frozen)
				for _, conn := range open {
					conn.Close()
				}
				if _, err := invoke(t.Context(), []byte("2")); err != nil {
					t.Error(err)
				}
				if health := app.FleetState().Health; health.Lost != c.lost {
					t.Errorf("Redis was lost %d times, want %d", health.Lost, c.lost)
				}
			})
		})
	}
}
