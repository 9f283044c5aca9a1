package send_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/send"
)

func checkRate(t *testing.T, l *send.Limiter, want float64) {
	t.Helper()
	if got := l.Rate(); math.Abs(got-want) > 1e-6 {
		t.Errorf("rate %v after %s, want %v", got, time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), want)
	}
}

// Calls that were in flight when the rate fell may be throttled as well. They do not lower the rate again.
func TestThrottlingHalvesTheRateOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(200)
		for _, want := range []float64{100, 50, 25, 12.5, 6.25, 3.125, 1.5625, 1, 1} {
			for range 10 {
				l.Feedback(errOverflow)
				time.Sleep(100 * time.Millisecond)
			}
			checkRate(t, l, want)
		}
	})
}

func TestThrottlingCountsAgainAfterASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(200)
		l.Feedback(errOverflow)
		time.Sleep(time.Second - time.Nanosecond)
		l.Feedback(errOverflow)
		checkRate(t, l, 100)
		time.Sleep(time.Nanosecond)
		l.Feedback(errOverflow)
		checkRate(t, l, 50)
	})
}

func TestOnlyTheAPIsThrottlingCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(1)
		l.Wait(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		full := l.Wait(ctx)
		checkFull(t, full, 1020*time.Millisecond)
		l = send.NewLimiter(200)
		for _, err := range []error{nil, full, errReset, errDenied, errStrange, context.Canceled} {
			l.Feedback(err)
			checkRate(t, l, 200)
		}
	})
}

func TestSuccessRaisesTheRateSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(200)
		l.Feedback(errOverflow)
		for i := range 25 {
			for range 10 {
				time.Sleep(100 * time.Millisecond)
				l.Feedback(nil)
			}
			checkRate(t, l, 104+4*float64(i))
		}
		time.Sleep(time.Second)
		l.Feedback(nil)
		checkRate(t, l, 200)
	})
}

// A pause or another error does not raise the rate.
func TestSilenceDoesNotRaiseTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(200)
		l.Feedback(errOverflow)
		time.Sleep(time.Hour)
		l.Feedback(errReset)
		checkRate(t, l, 100)
		l.Feedback(nil)
		checkRate(t, l, 104)
	})
}

func TestHalveLowersTheCeiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(200)
		l.Feedback(errOverflow)
		for _, want := range []float64{100, 50, 25, 12.5, 6.25, 3.125, 1.5625, 1, 1} {
			l.Halve()
			for range 100 {
				time.Sleep(time.Second)
				l.Feedback(nil)
			}
			checkRate(t, l, want)
		}
		if through, _ := admit(t, l, 60, 0); through[59] < 59*time.Second {
			t.Errorf("60 calls took %s", through[59])
		}
	})
}

// A lowered rate is used fully and not exceeded.
func TestALoweredRateIsKeptAndUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(1000)
		l.Feedback(errOverflow)
		time.Sleep(10 * time.Second)
		through, _ := admit(t, l, 2000, 0)
		times := make([]time.Duration, 0, len(through))
		for i := range len(through) {
			times = append(times, through[i])
		}
		if got := peak(times); got > 500 || times[1999] > 4200*time.Millisecond {
			t.Errorf("%d calls in a second, 2000 took %s", got, times[1999])
		}
	})
}
