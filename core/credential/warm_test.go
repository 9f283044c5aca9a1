package credential

import (
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// What starts a process waits for nothing, and whoever comes then waits for the same fetch.
func TestWarmingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Second}
		s := New("mint", m.fetch)
		began := time.Now()
		s.Warm(func(err error) { t.Error(err) })
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %s", took)
		}
		if got := get(t, s); got != "1" || time.Since(began) != time.Second {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		s.Warm(nil)
		synctest.Wait()
		if n := m.fetches.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

func TestWarmingUpInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{}
		m.fails.Store(true)
		var told error
		New("mint", m.fetch).Warm(func(err error) { told = err })
		newHost(onsmqtt.Credentials{}).Warm(func(err error) { t.Error("no invocation has come yet:", err) })
		synctest.Wait()
		if fault.Of(told).Code != "Broken" {
			t.Error(told)
		}
	})
}
