package awslambda

import (
	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

// generic takes what the settings say that it is: IoT rules, Scheduler with an input of its own, transformed events and
// invocations by hand have no envelope.
func (o SourceOptions) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	r, err := o.envelopeless(payload, "", in)
	if err != nil {
		return nil, err
	}
	return []core.Record{r}, nil
}

// envelopeless is the event of a payload, or of an element of one, which suffix then tells from the others.
func (o SourceOptions) envelopeless(payload []byte, suffix string, in core.Invocation) (core.Record, error) {
	if o.Type == "" {
		return core.Record{}, &core.Refusal{Code: core.CodeNoSource, Who: core.ActorYou,
			Detail: "nothing of AWS is known to send " + draft.Shape(payload) + ": for events without an envelope set SENDBRIDGE_TRIGGER=generic, SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE"}
	}
	source := o.Source
	if source == "" {
		source = in.Function
	}
	if source == "" {
		source = "aws.lambda"
	}
	// The id is the call's, which is the same when Lambda repeats it. Without a call, as when events are shown on a
	// laptop, it is made of the content.
	id := in.RequestID + suffix
	if in.RequestID == "" {
		id = draft.Hash(string(payload), suffix)
	}
	e := draft.New(id, source, o.Type)
	e.Data([]byte(string(payload)))
	r := way{ingress: ingress(sourceGeneric)}.of(e, string(payload))
	r.DerivedID = in.RequestID == ""
	return r, nil
}
