package webhook_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/fault"
)

// anyResult generates any result of a deliverer, consistent or not.
func anyResult() *rapid.Generator[core.Result] {
	errs := rapid.SampledFrom([]error{
		nil, nil, nil, errors.New("x"), classError(fault.ClassMessage), classError(fault.ClassThrottled),
		classError(fault.ClassTransient), classError(fault.ClassCredential), classError("odd"),
	})
	delivery := rapid.Custom(func(t *rapid.T) core.Delivery {
		return core.Delivery{
			Receipt: core.Receipt{MsgID: rapid.SampledFrom([]string{"A", "B", "C", ""}).Draw(t, "msgId")},
			Err:     errs.Draw(t, "delivery error"),
		}
	})
	return rapid.Custom(func(t *rapid.T) core.Result {
		return core.Result{
			Outcome:    core.Outcome(rapid.IntRange(int(core.Sent), int(core.Failed)).Draw(t, "outcome")),
			Deliveries: rapid.SliceOfN(delivery, 0, 3).Draw(t, "deliveries"),
			Err:        errs.Draw(t, "error"),
		}
	})
}

// mayBeForgotten says when a 2xx is right, independently of the handler's code.
func mayBeForgotten(r core.Result) bool {
	if r.Err != nil {
		return false
	}
	switch r.Outcome {
	case core.Duplicate, core.Dropped, core.DeadLettered:
		return true
	case core.Sent:
		for _, d := range r.Deliveries {
			if d.MsgID == "" || d.Err != nil {
				return false
			}
		}
		return len(r.Deliveries) > 0
	}
	return false
}

// TestNothingIsAcknowledgedThatWasNotSent: a request gets a 2xx exactly if all of its events may be forgotten.
func TestNothingIsAcknowledgedThatWasNotSent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		results := rapid.SliceOfN(anyResult(), 0, 4).Draw(rt, "results")
		n := max(0, len(results)+rapid.SampledFrom([]int{0, 0, 0, 1, -1}).Draw(rt, "more records than results"))
		if n == 0 {
			results = nil // a request without events needs no results
		}
		r := batchRequest(n)
		single := n == 1 && rapid.Bool().Draw(rt, "single")
		if single {
			r = newRequest("", binaryHeaders()...)
		}
		want := n == len(results)
		for _, result := range results {
			want = want && mayBeForgotten(result)
		}
		w := answerTo(newHandler(answering(results...), webhook.Options{}), r)
		switch {
		case want != (w.Code == 200 || w.Code == 204):
			rt.Fatalf("status %d for %+v", w.Code, results)
		case want:
			if single != (w.Code == 204) || !single && !json.Valid(w.Body.Bytes()) {
				rt.Fatalf("status %d, body %q", w.Code, w.Body)
			}
			return
		}
		p := problemOf(t, w)
		wait, err := strconv.Atoi(w.Header().Get("Retry-After"))
		if again := w.Code == 429 || w.Code == 503; again != (err == nil && wait >= 1) || !again && w.Code != 422 {
			rt.Fatalf("status %d with Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		if !single && len(p.Events) != n {
			rt.Fatalf("%d events in the answer for %d", len(p.Events), n)
		}
	})
}
