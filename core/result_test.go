package core

import (
	"errors"
	"testing"
)

func TestUnacknowledged(t *testing.T) {
	refused := Result{Outcome: Refused, Err: &Refusal{Code: CodeTopicInvalid, Detail: "topic too long"}}
	failed := Result{Outcome: Failed, Err: &noCall{code: "X", class: ClassTransient, text: "later"}}
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
	if err := Unacknowledged([]Result{{}, failed}); ClassOf(err) != ClassTransient || !errors.Is(err, failed.Err) {
		t.Errorf("%v does not behave as the error that counts most", err)
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
