package functions

import (
	"context"
	"testing"
	"time"
)

func TestConnectionsAreGivenUpAfterAFreeze(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	discarded := 0
	r := resumer{discard: func() { discarded++ }, wall: func() int64 { return now.UnixNano() }}
	for _, step := range []struct {
		rested, took time.Duration
		want         int
	}{
		{0, time.Minute, 0},                      // the first invocation: no connections yet
		{time.Second, time.Minute, 0},            // working for long is not a pause
		{longestIdle, time.Millisecond, 0},       // at the limit
		{longestIdle + 1, time.Millisecond, 1},   // beyond it
		{10 * time.Second, time.Millisecond, 1},  // the pause is short again
		{-time.Hour, time.Millisecond, 1},        // the clock was set back
		{24 * time.Hour, 10 * time.Second, 2},    //
		{20 * time.Second, time.Millisecond, 2},  // measured from the end of the work, not from its start
		{26 * time.Second, 100 * time.Second, 3}, //
	} {
		now = now.Add(step.rested)
		r.resume()
		now = now.Add(step.took)
		r.pause()
		if discarded != step.want {
			t.Errorf("after %s: %d times, want %d", step.rested, discarded, step.want)
		}
	}
}

func TestResumableCallsThrough(t *testing.T) {
	a := &App{}
	answer, err := a.Resumable(func(_ context.Context, p []byte) ([]byte, error) { return p, nil })(t.Context(), []byte("x"))
	if string(answer) != "x" || err != nil {
		t.Error(answer, err)
	}
}
