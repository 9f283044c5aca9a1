package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceDoctor = "doctor"

func isDoctor(p *trigger.Payload) bool { return p.Members["sendbridge"].Str == "doctor" }

// doctor keeps a question to the function itself from being delivered.
func doctor([]byte, core.Invocation) ([]core.Record, error) {
	return nil, fault.New(fault.CodeNoSource, fault.ActorYou, `{"sendbridge":"doctor"} is a question to a function, and no event: invoke the function itself with it`)
}
