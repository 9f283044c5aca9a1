package template

import (
	"sendbridge/core/fault"
)

// SenderFault returns a fault of an event that lacks what the rule needs. Rule.refused adds the code, which depends on
// whether the topic or the payload was rendered.
func SenderFault(format string, args ...any) *fault.Error {
	return fault.New("", fault.ActorSender, format, args...)
}

// ruleFault returns a fault of a rule that cannot work for any event of this kind.
func ruleFault(format string, args ...any) *fault.Error {
	return fault.New("", fault.ActorYou, format, args...)
}
