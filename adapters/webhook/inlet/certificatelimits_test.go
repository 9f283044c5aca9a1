package inlet

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// The figures of the docs: a certificate is kept for an hour, and a missing address is remembered for a minute.
func TestHowLongACertificateIsKept(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		v.takes = 0
		wantAsked := func(address string, want int) {
			t.Helper()
			c.key(t.Context(), "https://v/"+address)
			if len(v.asked) != want {
				t.Errorf("asked %d times, want %d", len(v.asked), want)
			}
		}
		wantAsked("a.pem", 1)
		time.Sleep(time.Hour - 1)
		wantAsked("a.pem", 1)
		time.Sleep(time.Nanosecond)
		wantAsked("a.pem", 2)
		wantAsked("absent.pem", 3)
		time.Sleep(time.Minute - 1)
		wantAsked("absent.pem", 3)
		time.Sleep(time.Nanosecond)
		wantAsked("absent.pem", 4)
	})
}

// A request may look for a certificate just before a fetch of it ends, and ask for it just after.
func TestARequestThatComesLateStartsNoOtherFetch(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		for _, address := range []string{"https://v/a.pem", "https://v/absent.pem"} {
			_, first := c.key(t.Context(), address)
			before := len(v.asked)
			if _, err := c.ask(t.Context(), address); !errors.Is(err, first) || len(v.asked) != before {
				t.Errorf("%s: %v after %v, asked %d times more", address, err, first, len(v.asked)-before)
			}
		}
	})
}

// At most six fetches in any minute.
func TestSixFetchesAMinute(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		v.takes = 0
		for i := range 10 {
			_, err := c.key(t.Context(), fmt.Sprintf("https://v/%d.pem", i))
			if isUnavailable(err) != (i >= 6) {
				t.Errorf("fetch %d: %v", i+1, err)
			}
		}
		time.Sleep(time.Minute - 1)
		if _, err := c.key(t.Context(), "https://v/late.pem"); !isUnavailable(err) {
			t.Errorf("within the minute: %v", err)
		}
		time.Sleep(time.Nanosecond)
		if _, err := c.key(t.Context(), "https://v/later.pem"); err != nil {
			t.Errorf("after the minute: %v", err)
		}
	})
}

// Several missing addresses are remembered at the same time, but not more than twelve, whatever senders name.
func TestTwelveMissingCertificatesAreRemembered(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		v.takes = 0
		for range 2 {
			for i := range 6 {
				c.key(t.Context(), fmt.Sprintf("https://v/absent-%d.pem", i))
			}
		}
		if len(v.asked) != 6 {
			t.Errorf("asked %d times for six addresses", len(v.asked))
		}
		most := 0
		for i := range 24 {
			time.Sleep(10 * time.Second)
			c.key(t.Context(), fmt.Sprintf("https://v/absent-later-%d.pem", i))
			most = max(most, len(c.absent))
		}
		if most != 12 {
			t.Errorf("up to %d are remembered, want 12", most)
		}
	})
}

// A vendor that does not answer is given up after four seconds, because a sender waits for the answer.
func TestAFetchTakesFourSeconds(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		v.takes = 4*time.Second - 1
		if _, err := c.key(t.Context(), "https://v/a.pem"); err != nil {
			t.Error(err)
		}
		v.takes = time.Hour
		start := time.Now()
		if _, err := c.key(t.Context(), "https://v/b.pem"); !isUnavailable(err) || time.Since(start) != 4*time.Second {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

// Eight certificates are kept; a ninth replaces one.
func TestEightCertificatesAreKept(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		v.takes = 0
		for i := range 8 {
			if _, err := c.key(t.Context(), fmt.Sprintf("https://v/%d.pem", i)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		for i := range 8 {
			c.key(t.Context(), fmt.Sprintf("https://v/%d.pem", i))
		}
		if len(v.asked) != 8 {
			t.Errorf("asked %d times", len(v.asked))
		}
		c.key(t.Context(), "https://v/9.pem")
		c.key(t.Context(), "https://v/9.pem")
		if len(v.asked) != 9 || len(c.known) > 8 {
			t.Errorf("asked %d times, %d are kept", len(v.asked), len(c.known))
		}
	})
}

func TestSixtyFourWaitForAFetch(t *testing.T) {
	virtually(t, func(t *testing.T, _ *vendor, c *certificates) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		served := 0
		for range 70 {
			wg.Go(func() {
				if _, err := c.key(t.Context(), "https://v/a.pem"); err == nil {
					mu.Lock()
					defer mu.Unlock()
					served++
				}
			})
		}
		wg.Wait()
		if served != 64 {
			t.Errorf("%d were served", served)
		}
	})
}
