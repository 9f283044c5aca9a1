package send

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A call may be made if a second is left for it, or half of its time if that is less.
func TestLatestTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for has, want := range map[time.Duration]time.Duration{
			9 * time.Second: 8 * time.Second, 2 * time.Second: time.Second, time.Second: 500 * time.Millisecond, 200 * time.Millisecond: 100 * time.Millisecond,
		} {
			ctx, cancel := context.WithDeadline(t.Context(), now.Add(has))
			if got := latestTurn(ctx, now).Sub(now); got != want {
				t.Errorf("of %s: %s, want %s", has, got, want)
			}
			cancel()
		}
		if got := latestTurn(t.Context(), now).Sub(now); got < 100*365*24*time.Hour {
			t.Errorf("without a deadline: %s", got)
		}
	})
}
