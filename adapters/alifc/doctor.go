package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
)

const sourceDoctor = "doctor"

func isDoctor(p *trigger.Payload) bool { return p.Members["sendbridge"].Str == "doctor" }

// doctor keeps a question to the function itself from being delivered.
func doctor([]byte, core.Invocation) ([]core.Record, error) {
	return nil, &core.Refusal{Code: core.CodeNoSource, Who: core.ActorYou, Detail: `{"sendbridge":"doctor"} is a question to a function, and no event: invoke the function itself with it`}
}
