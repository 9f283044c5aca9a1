package functions_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

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
