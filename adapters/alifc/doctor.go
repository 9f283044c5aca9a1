package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceDoctor = "doctor"

func isDoctor(p *trigger.Payload) bool { return p.Members["sendbridge"].Str == "doctor" }

// doctor keeps a request for the function's own report from being delivered.
func doctor([]byte, core.Invocation) ([]core.Record, error) {
	return nil, fault.New(fault.CodeNoSource, fault.ActorYou, `{"sendbridge":"doctor"} asks a function for its own report and is not an event: invoke the function itself with it`)
}
