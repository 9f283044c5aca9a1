package trigger

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"

	"sendbridge/core"
)

// A Function is what an invocation needs. Deliver and Table are required.
type Function struct {
	Deliver    core.Deliverer
	Table      Table
	Cloud      string                                // before the sources' names in an ingress, such as "lambda:"
	Invocation func(context.Context) core.Invocation // what the runtime says about a call; nil says nothing
	HTTP       http.Handler                          // answers requests; nil answers them 403
	Log        *slog.Logger                          // nil is slog.Default
}

// New returns f with what is used for its fields that are nil.
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

// closed answers requests if the settings do not say who may send them.
func closed(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "this function takes no HTTP requests", http.StatusForbidden)
}

// Settle delivers the events that a source makes of a payload, of which it keeps nothing. A payload that can't be decoded is
// an event that can never be sent.
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
