package send_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// While the breaker is open, the guard stops all messages. Once a trial call may be made, it lets all through.
func TestTheGuardAnswersInTheBreakersPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := error(errReset)
		b := send.NewBreaker(sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			return core.Receipt{MsgID: "M1"}, answer
		}), nil)
		past := 0
		guard := b.Guard(sendtest.SenderFunc(func(ctx context.Context, topic, payload string) (core.Receipt, error) {
			past++
			return b.SendMessage(ctx, topic, payload)
		}))
		for range 5 {
			if _, err := guard.SendMessage(t.Context(), "t", "p"); err != errReset {
				t.Fatalf("closed: %v", err)
			}
		}
		r, err := guard.SendMessage(t.Context(), "t", "p")
		if past != 5 || r.MsgID != "" || fault.Of(err).Code != "AddressBlocked" || fault.Of(err).RetryAfter != 5*time.Second {
			t.Errorf("open: %d came past, %v", past, err)
		}
		answer = nil
		time.Sleep(5 * time.Second)
		if r, err := guard.SendMessage(t.Context(), "t", "p"); past != 6 || err != nil || r.MsgID != "M1" {
			t.Errorf("at the next try: %d came past, %v", past, err)
		}
		if _, err := guard.SendMessage(t.Context(), "t", "p"); past != 7 || err != nil {
			t.Errorf("closed again: %d came past, %v", past, err)
		}
	})
}
