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

// generic takes what the settings say that it is: IoT rules, Scheduler with an input of its own, transformed events and
// invocations by hand have no envelope.
func (s *sources) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	r, err := s.envelopeless(payload, "", in)
	if err != nil {
		return nil, err
	}
	return []core.Record{r}, nil
}

// envelopeless is the event of a payload, or of an element of one, which suffix then tells from the others.
func (s *sources) envelopeless(payload []byte, suffix string, in core.Invocation) (core.Record, error) {
	if s.Type == "" {
		return core.Record{}, fault.New(fault.CodeNoSource, fault.ActorYou,
			"nothing of AWS is known to send %s: for events without an envelope set SENDBRIDGE_TRIGGER=generic, SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE", draft.Shape(payload))
	}
	e, derived := trigger.OfCall(in, suffix, cmp.Or(s.Source, in.Function, "aws.lambda"), s.Type, payload)
	e.Data(bytes.Clone(payload)) // the runtime's library uses the payload's memory again
	r := arrival{ingress: ingress(sourceGeneric)}.record(e, string(payload))
	r.DerivedID = derived
	return r, nil
}
