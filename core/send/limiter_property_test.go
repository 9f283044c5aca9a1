package send_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"sendbridge/core/fault"
	"sendbridge/core/send"
)

// A comer is a caller of a limiter, or an answer of the API to it.
type comer struct {
	pause    time.Duration // before it
	patience time.Duration // 0 means without limit
	leaves   time.Duration // goes away after this time; 0 means never
	word     func(l *send.Limiter)
	lowers   bool // its answer lowers the rate

	came, decided time.Duration
	err           error
}

func drawComer(t *rapid.T) *comer {
	ms := func(label string, most int) time.Duration {
		return time.Duration(rapid.IntRange(0, most).Draw(t, label)) * time.Millisecond
	}
	v := &comer{pause: ms("gap", 10)}
	if rapid.IntRange(0, 9).Draw(t, "lull") == 0 {
		v.pause = ms("pause", 3000)
	}
	switch rapid.IntRange(0, 19).Draw(t, "kind") {
	case 0:
		v.word, v.lowers = func(l *send.Limiter) { l.Feedback(errOverflow) }, true
	case 1:
		v.word, v.lowers = (*send.Limiter).Halve, true
	case 2, 3, 4:
		v.word = func(l *send.Limiter) { l.Feedback(nil) }
	case 5, 6, 7, 8:
		v.patience = 1 + ms("patience", 3000)
	case 9, 10:
		v.leaves = 1 + ms("leaves", 1000)
	}
	return v
}

func (v *comer) wait(ctx context.Context, l *send.Limiter, start time.Time) {
	cancel := func() {}
	switch {
	case v.patience > 0:
		ctx, cancel = context.WithTimeout(ctx, v.patience)
	case v.leaves > 0:
		ctx, cancel = context.WithCancel(ctx)
		time.AfterFunc(v.leaves, cancel)
	}
	defer cancel()
	v.came = time.Since(start)
	v.err = l.Wait(ctx)
	v.decided = time.Since(start)
}

// For any callers and answers: no second has more calls than the rate, callers are served in order, no caller is served
// after its deadline, and a caller that gets an error gets it at once, unless the rate fell while it waited.
func TestLimiterProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate := rapid.IntRange(1, 400).Draw(rt, "rate")
		comers := rapid.SliceOfN(rapid.Custom(drawComer), 200, 400).Draw(rt, "comers")
		synctest.Test(t, func(t *testing.T) {
			l, start := send.NewLimiter(rate), time.Now()
			var wg sync.WaitGroup
			for _, v := range comers {
				time.Sleep(v.pause)
				if v.word != nil {
					v.came = time.Since(start)
					v.word(l)
					continue
				}
				wg.Go(func() { v.wait(t.Context(), l, start) })
				synctest.Wait()
			}
			wg.Wait()
		})
		checkComers(rt, comers, rate)
	})
}

func checkComers(t *rapid.T, comers []*comer, rate int) {
	var served []time.Duration
	for i, v := range comers {
		switch {
		case v.word != nil:
		case v.patience > 0 && v.decided > v.came+v.patience:
			t.Fatalf("comer %d decided %s after its deadline", i, v.decided-v.came-v.patience)
		case v.err == nil:
			served = append(served, v.decided)
		case (fault.Of(v.err).Class == fault.ClassThrottled) != (v.patience > 0):
			t.Fatalf("comer %d: %v", i, v.err)
		case v.patience > 0 && v.decided > v.came && !fell(comers[i:], v.decided):
			t.Fatalf("comer %d got its error %s late: %v", i, v.decided-v.came, v.err)
		}
	}
	if !slices.IsSorted(served) {
		t.Fatalf("not in order: %s", served)
	}
	if got := peak(served); got > rate {
		t.Fatalf("%d calls in a second at a rate of %d", got, rate)
	}
}

// fell reports whether the rate may have fallen before a time.
func fell(comers []*comer, before time.Duration) bool {
	return slices.ContainsFunc(comers, func(v *comer) bool { return v.lowers && v.came <= before })
}
