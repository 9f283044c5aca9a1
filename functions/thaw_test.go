package functions

import (
	"context"
	"testing"
	"time"
)

func TestConnectionsAreGivenUpAfterAFreeze(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	discarded := 0
	f := freezer{discard: func() { discarded++ }, now: func() time.Time { return now }}
	for _, step := range []struct {
		rested, took time.Duration
		want         int
	}{
		{0, time.Minute, 0},                      // the first: there are none
		{time.Second, time.Minute, 0},            // long at work is not frozen
		{longestIdle, time.Millisecond, 0},       // at the limit
		{longestIdle + 1, time.Millisecond, 1},   // beyond it
		{10 * time.Second, time.Millisecond, 1},  // kept again
		{-time.Hour, time.Millisecond, 1},        // the clock was set back
		{24 * time.Hour, 10 * time.Second, 2},    //
		{20 * time.Second, time.Millisecond, 2},  // counted from the end, not from the start
		{26 * time.Second, 100 * time.Second, 3}, //
	} {
		now = now.Add(step.rested)
		f.awake()
		now = now.Add(step.took)
		f.rest()
		if discarded != step.want {
			t.Errorf("after %s: %d times, want %d", step.rested, discarded, step.want)
		}
	}
}

// The wall clock counts: the other may have stood still while the process was frozen.
func TestTheMonotonicClockDoesNotCount(t *testing.T) {
	discarded := 0
	awake := time.Now()
	thawed := time.Unix(0, awake.Add(time.Hour).UnixNano())
	clock := []time.Time{awake, awake, thawed}
	f := freezer{discard: func() { discarded++ }, now: func() time.Time {
		now := clock[0]
		clock = clock[1:]
		return now
	}}
	f.awake()
	f.rest()
	f.awake()
	if discarded != 1 {
		t.Errorf("given up %d times", discarded)
	}
}

func TestThawedCallsThrough(t *testing.T) {
	a := &App{}
	answer, err := a.Thawed(func(_ context.Context, p []byte) ([]byte, error) { return p, nil })(t.Context(), []byte("x"))
	if string(answer) != "x" || err != nil {
		t.Error(answer, err)
	}
}
