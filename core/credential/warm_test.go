package credential

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// Callers during the first fetch wait for it.
func TestWarmingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Second}
		s := New("mint", m.fetch)
		began := time.Now()
		warmed := make(chan error)
		go func() { warmed <- s.Warm(t.Context()) }()
		if got := get(t, s); got != "1" || time.Since(began) != time.Second {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		if err := errors.Join(<-warmed, s.Warm(t.Context())); err != nil {
			t.Error(err)
		}
		if n := m.fetches.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

func TestWarmingUpInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{}
		m.fails.Store(true)
		if err := New("mint", m.fetch).Warm(t.Context()); fault.Of(err).Code != "Broken" {
			t.Error(err)
		}
		if err := newHost(onsmqtt.Credentials{}).Warm(t.Context()); err != nil {
			t.Error("no invocation has come yet:", err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := New("mint", (&mint{takes: time.Second}).fetch).Warm(ended); err != nil {
			t.Error("no caller waits for the fetch any more:", err)
		}
		time.Sleep(time.Second)
	})
}
