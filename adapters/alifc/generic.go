package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceGeneric = trigger.Generic

// generic takes what the settings say that it is.
func (s *sources) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	if s.Type == "" {
		return nil, &core.Refusal{Code: core.CodeNoSource, Who: core.ActorYou,
			Detail: "no trigger is known to send " + draft.Shape(payload) + ": set SENDBRIDGE_TRIGGER, and for events of your own SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE"}
	}
	e, derived := s.callsOwn(in, "", s.Type, payload)
	e.Data(payload)
	return one(e, sourceGeneric, payload, derived), nil
}
