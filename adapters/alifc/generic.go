package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceGeneric = trigger.Generic

// generic takes what the settings say that it is.
func (s *sources) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	if s.Type == "" {
		return nil, fault.New(fault.CodeNoSource, fault.ActorYou,
			"no trigger is known to send %s: set SENDBRIDGE_TRIGGER, and for events of your own SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE", draft.Shape(payload))
	}
	e, derived := s.callsOwn(in, "", s.Type, payload)
	e.Data(payload)
	return one(e, sourceGeneric, payload, derived), nil
}
