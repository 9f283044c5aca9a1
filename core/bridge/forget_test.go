package bridge_test

import (
	"testing"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// After Forget, repeated events are sent again. Without a dedup window they always are.
func TestAForgottenEventIsSentAgain(t *testing.T) {
	s := &sendtest.Recorder{}
	b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
	for _, want := range []core.Outcome{core.Sent, core.Duplicate} {
		wantOutcomes(t, b.Deliver(t.Context(), records(t, "")), want)
	}
	b.Forget()
	for _, want := range []core.Outcome{core.Sent, core.Duplicate} {
		wantOutcomes(t, b.Deliver(t.Context(), records(t, "")), want)
	}
	without := bridge.New(s, rulestest.Parse(t, byNumber), nil)
	without.Forget()
	wantOutcomes(t, without.Deliver(t.Context(), records(t, "")), core.Sent)
	if len(s.Sent) != 3 {
		t.Errorf("sent %q", s.Sent)
	}
}
