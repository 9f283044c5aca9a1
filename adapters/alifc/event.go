package alifc

import (
	"time"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

// callsOwn starts an event that has no id of its own: it gets the call's, which is the same when Function Compute
// repeats the call, and another when the trigger does. suffix tells several events of a call apart. Without a call,
// as when events are shown on a laptop, the id is made of the content.
func (o SourceOptions) callsOwn(in core.Invocation, suffix, kind string, content []byte) (e *draft.Event, derived bool) {
	id := in.RequestID + suffix
	if in.RequestID == "" {
		id, derived = draft.Hash(string(content), suffix), true
	}
	return draft.New(id, o.sourceOr(functionOf(in)), kind), derived
}

func (o SourceOptions) sourceOr(otherwise string) string {
	if o.Source != "" {
		return o.Source
	}
	return otherwise
}

func functionOf(in core.Invocation) string {
	if in.Function == "" {
		return "acs.fc"
	}
	return in.Function
}

// one is the record of a payload with one event.
func one(e *draft.Event, source string, raw []byte, derived bool) []core.Record {
	r := e.Record(raw)
	r.Ingress, r.DerivedID = ingress(source), derived
	return []core.Record{r}
}

// milliseconds reads a time in milliseconds since 1970; the zero time for none.
func milliseconds(n int64) time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

// microseconds reads a time in microseconds since 1970; the zero time for none.
func microseconds(n int64) time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.UnixMicro(n)
}

// seconds reads a time in seconds since 1970; the zero time for none.
func seconds(n int64) time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// rfc3339 reads a time; the zero time for none, and for what is not one: a foreign form is better left out than misread.
func rfc3339(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
