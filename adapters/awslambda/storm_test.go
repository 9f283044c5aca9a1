package awslambda_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/awslambda"
	"sendbridge/core/bridge"
	"sendbridge/core/rules"
)

// A message with too many elements for one call is redelivered, and each call sends more of it: each call has 3 s, and the
// 3000 elements need 5 s.
func TestAStormIsSentOverRedeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list, err := rules.Parse("test", []byte("rules: [{each: $.data.items, topic: 'a/${@index}', payload: {template: 'n${@index}'}}]"))
		if err != nil {
			t.Fatal(err)
		}
		a := &api{latency: 50 * time.Millisecond}
		b := bridge.New(a, list, &bridge.Options{Concurrency: 30, Dedup: time.Minute})
		h := awslambda.New(b.Deliver, &awslambda.Options{PartialBatch: everyPartial, Log: slog.New(slog.DiscardHandler)})
		event := `{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"items":[` + strings.Repeat("0,", 2999) + `0]}}`
		for call, want := range []string{`{"batchItemFailures":[{"itemIdentifier":"m-0"}]}`, `{"batchItemFailures":[]}`} {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			answer, err := h.Invoke(ctx, []byte(sqsBatch(standard, event)))
			cancel()
			if err != nil || string(answer) != want || len(a.payloads) < 1000*(call+1) {
				t.Errorf("call %d: %s, %v, %d messages; want %s", call, answer, err, len(a.payloads), want)
			}
		}
		once := make(map[string]bool)
		for _, p := range a.payloads {
			once[p] = true
		}
		if len(a.payloads) != 3000 || len(once) != 3000 {
			t.Errorf("%d messages, %d of them once", len(a.payloads), len(once))
		}
	})
}
