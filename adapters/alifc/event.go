package alifc

import (
	"cmp"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// callsOwn starts an event that has no id and no source of its own, by trigger.OfCall.
func (s *sources) callsOwn(in core.Invocation, suffix, kind string, content []byte) (e *draft.Event, derived bool) {
	return trigger.OfCall(in, suffix, s.sourceOr(in.Function), kind, content)
}

// sourceOr is the source of events that name none, where the settings don't say it.
func (s *sources) sourceOr(otherwise string) string { return cmp.Or(s.Source, otherwise, "acs.fc") }

// one is the record of a payload with one event.
func one(e *draft.Event, source string, raw []byte, derived bool) []core.Record {
	r := e.Record(raw)
	r.Ingress, r.DerivedID = ingress(source), derived
	return []core.Record{r}
}
