package functions_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// An observer, such as metrics and traces, does not keep payloads in memory unless KeepPayloads is set.
func TestAnObserverAloneKeepsNoPayloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, keep := range []bool{false, true} {
			config, err := functions.Load([]string{"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1"})
			if err != nil {
				t.Fatal(err)
			}
			app, err := functions.New(config, parse(t, faultRules), functions.Parts{
				Credentials: emulatorKey(),
				Transport:   onWire(t, onstest.New(nil)),
				Log:         slog.New(slog.DiscardHandler),
				Tally:       new(bridge.Tally),
				Observe: func(_ context.Context, r core.Result, _ time.Duration) {
					if got := r.Deliveries[0].Payload != ""; r.Outcome != core.Sent || got != keep {
						t.Errorf("%v, the payload is there: %v, want %v", r.Outcome, got, keep)
					}
				},
				KeepPayloads: keep,
			})
			if err != nil {
				t.Fatal(err)
			}
			e, err := cloudevent.DecodeEvent([]byte(numbered(1)))
			if err != nil {
				t.Fatal(err)
			}
			app.Bridge.Deliver(t.Context(), []core.Record{{Event: e}})
		}
	})
}
