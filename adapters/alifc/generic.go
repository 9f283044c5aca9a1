package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceGeneric = trigger.Generic

// generic decodes a payload as the settings describe it.
func (s *sources) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	if s.Type == "" {
		return nil, fault.New(fault.CodeNoSource, fault.ActorYou,
			"no known trigger sends %s: set SENDBRIDGE_TRIGGER, and SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE for your own events", draft.Shape(payload))
	}
	e, derived := s.callsOwn(in, "", s.Type, payload)
	e.Data(payload)
	return one(e, sourceGeneric, payload, derived), nil
}
