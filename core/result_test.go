package core

import (
	"errors"
	"testing"

	"sendbridge/core/fault"
)

func TestUnacknowledged(t *testing.T) {
	refused := Result{Outcome: Refused, Err: fault.New(fault.CodeTopicInvalid, fault.ActorYou, "topic too long")}
	failed := Result{Outcome: Failed, Err: fault.New(fault.CodeConcurrencyFull, fault.ActorYou, "later")}
	for name, c := range map[string]struct {
		results []Result
		want    string
	}{
		"no events":         {nil, ""},
		"all acknowledged":  {[]Result{{}, {Outcome: Dropped}, {Outcome: DeadLettered, Reason: refused.Err}}, ""},
		"the only one":      {[]Result{failed}, "later"},
		"the worst decides": {[]Result{refused, {}, failed, failed}, "3 of 4 events not acknowledged; event 2: later"},
	} {
		err := Unacknowledged(c.results)
		if got := textOf(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if err := Unacknowledged([]Result{{}, failed}); fault.Of(err).Class != fault.ClassTransient || !errors.Is(err, failed.Err) {
		t.Errorf("%v does not behave as the error that counts most", err)
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
