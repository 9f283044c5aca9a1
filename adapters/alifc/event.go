package alifc

import (
	"cmp"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// callsOwn starts an event without an id and a source, using trigger.OfCall.
func (s *sources) callsOwn(in core.Invocation, suffix, kind string, content []byte) (e *draft.Event, derived bool) {
	return trigger.OfCall(in, suffix, s.sourceOr(in.Function), kind, content)
}

// sourceOr returns the source of events without one: the one in the settings, or else the given one.
func (s *sources) sourceOr(otherwise string) string { return cmp.Or(s.Source, otherwise, "acs.fc") }

// one returns the record of a payload with one event.
func one(e *draft.Event, source string, raw []byte, derived bool) []core.Record {
	r := e.Record(raw)
	r.Ingress, r.DerivedID = ingress(source), derived
	return []core.Record{r}
}

// eachElement decodes the elements of a list. Each element is the data of its event. An element without the shape is
// refused alone.
func eachElement(payload []byte, list, source string, shape trigger.Shape, decode func(element gjson.Result) *draft.Event) ([]core.Record, error) {
	v := gjson.GetBytes(payload, list)
	if !v.IsArray() {
		return nil, draft.Refusal("%s must be an array", list)
	}
	var records []core.Record
	for _, element := range v.Array() {
		if !shape.Fits(draft.MembersOf(element)) {
			records = append(records, core.Record{Err: draft.Refusal("an element of %s must have %s", list, strings.Join(shape, ", ")), Raw: []byte(element.Raw), Ingress: ingress(source)})
			continue
		}
		e := decode(element)
		e.JSON([]byte(element.Raw))
		records = append(records, one(e, source, []byte(element.Raw), false)...)
	}
	return records, nil
}
