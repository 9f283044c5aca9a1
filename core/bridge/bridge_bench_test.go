package bridge_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// BenchmarkDeliver measures the time that a bridge adds to its sender's: one event, one rule. With dedup, all events
// differ.
func BenchmarkDeliver(b *testing.B) {
	list := rulestest.Parse(b, byNumber)
	instant := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
		return core.Receipt{MsgID: "0AF1000000010003EDA32B4C17E80000", RequestID: "7D3F9F1A-52E0-4C5C-9E0C-0D6B3F7C0001", Attempts: 1}, nil
	})
	for _, c := range []struct {
		name    string
		options bridge.Options
		want    core.Outcome
	}{
		{"plain", bridge.Options{}, core.Sent},
		{"dedup", bridge.Options{Dedup: 5 * time.Minute}, core.Sent},
		{"duplicate", bridge.Options{Dedup: 5 * time.Minute}, core.Duplicate},
	} {
		b.Run(c.name, func(b *testing.B) {
			br := bridge.New(instant, list, &c.options)
			batch, ids := []core.Record{record(b, "000000", `{"n":1}`)}, "000000"
			if c.want == core.Duplicate {
				br.Deliver(b.Context(), batch)
			} else if c.options.Dedup > 0 {
				ids = newIDs()
			}
			ec := batch[0].Event.Context.(*event.EventContextV1)
			b.ReportAllocs()
			for n := 0; b.Loop(); n += idLength {
				ec.ID = ids[n%len(ids):][:idLength]
				if r := br.Deliver(b.Context(), batch)[0]; r.Outcome != c.want {
					b.Fatal(r.Outcome, r.Err)
				}
			}
		})
	}
}

const idLength = len("000000")

// newIDs returns a sequence of more ids than the window remembers.
func newIDs() string {
	var ids strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&ids, "%0*d", idLength, i)
	}
	return ids.String()
}
