package trigger

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"

	"sendbridge/core"
)

// A Function handles invocations. Deliver and Table are required.
type Function struct {
	Deliver    core.Deliverer
	Table      Table
	Cloud      string                                // the prefix of an ingress, such as "lambda:"
	Invocation func(context.Context) core.Invocation // returns the runtime's description of a call; nil means none
	HTTP       http.Handler                          // answers HTTP requests; nil rejects them with 403
	Log        *slog.Logger                          // nil means slog.Default
}

// New returns f with defaults for its nil fields.
func New(f Function) Function {
	if f.Invocation == nil {
		f.Invocation = func(context.Context) core.Invocation { return core.Invocation{} }
	}
	if f.HTTP == nil {
		f.HTTP = http.HandlerFunc(closed)
	}
	if f.Log == nil {
		f.Log = slog.Default()
	}
	return f
}

// closed rejects requests if the settings do not say who may send them.
func closed(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "this function does not accept HTTP requests", http.StatusForbidden)
}

// Settle delivers the events of a payload, to which it keeps no reference. A payload that cannot be decoded counts as an
// event that can never be sent.
func (f *Function) Settle(ctx context.Context, s *Source, payload []byte) []core.Result {
	records, err := s.Decode(payload, f.Invocation(ctx))
	if err != nil {
		f.Log.WarnContext(ctx, "payload not decoded", "trigger", s.Name, "bytes", len(payload), "error", err.Error())
		r := core.Record{Err: err, SenderWaits: s.Waits, Ingress: f.Cloud + s.Name}
		if !s.Waits {
			r.Raw = bytes.Clone(payload)
		}
		records = []core.Record{r}
	}
	return f.Deliver.Deliver(ctx, records)
}
