package awslambda

import (
	"bytes"
	"cmp"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceGeneric = trigger.Generic

// generic decodes a payload as the settings describe it: IoT rules, Scheduler with its own input, transformed events and
// manual invocations have no envelope.
func (s *sources) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	r, err := s.envelopeless(payload, "", in)
	if err != nil {
		return nil, err
	}
	return []core.Record{r}, nil
}

// envelopeless returns the event of a payload without an envelope, or of an element of a payload. suffix distinguishes the
// elements.
func (s *sources) envelopeless(payload []byte, suffix string, in core.Invocation) (core.Record, error) {
	if s.Type == "" {
		return core.Record{}, fault.New(fault.CodeNoSource, fault.ActorYou,
			"no known AWS service sends %s: for events without an envelope set SENDBRIDGE_TRIGGER=generic, SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE", draft.Shape(payload))
	}
	e, derived := trigger.OfCall(in, suffix, cmp.Or(s.Source, in.Function, "aws.lambda"), s.Type, payload)
	e.Data(bytes.Clone(payload)) // the runtime's library reuses the payload's memory
	r := arrival{ingress: ingress(sourceGeneric)}.record(e, string(payload))
	r.DerivedID = derived
	return r, nil
}
