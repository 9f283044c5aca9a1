package alifc_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/alifc"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// An event with too many elements for one call fails and says how many were sent. The trigger's retries send the rest, each
// message once.
func TestAStormIsSentOverRedeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := make(map[string]int)
		b := bridge.New(sendtest.SenderFunc(func(ctx context.Context, topic, _ string) (core.Receipt, error) {
			select {
			case <-time.After(time.Millisecond):
			case <-ctx.Done():
				return core.Receipt{}, ctx.Err()
			}
			sent[topic]++ // no lock needed: the bridge's concurrency is 1
			return core.Receipt{MsgID: "M", Attempts: 1}, nil
		}), rulestest.Parse(t, "rules: [{each: $.data.items, topic: 'a/${@index}', payload: {constant: x}}]"), &bridge.Options{Concurrency: 1, Dedup: time.Minute})
		h := alifc.New(b.Deliver, &alifc.Options{Log: quiet})
		payload := []byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/json","data":{"items":[` + strings.Repeat("0,", 2999) + `0]}}`)
		for call := range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			_, err := h.Invoke(ctx, payload)
			cancel()
			want := fmt.Sprintf("%d of 3000 messages sent, a retry sends the rest: ", len(sent))
			if call == 0 && (err == nil || !strings.Contains(err.Error(), want) || len(sent) < 1000) || call == 1 && err != nil {
				t.Errorf("call %d: %v, want %s", call, err, want)
			}
		}
		for topic, n := range sent {
			if n != 1 {
				t.Errorf("%s: %d times", topic, n)
			}
		}
		if len(sent) != 3000 {
			t.Errorf("%d messages", len(sent))
		}
	})
}
