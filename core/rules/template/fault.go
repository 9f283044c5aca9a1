package template

import (
	"sendbridge/core/fault"
)

// SenderFault says why an event lacks what the rule needs. Rule.refused adds the code, which depends on whether topic or
// payload was to be rendered.
func SenderFault(format string, args ...any) *fault.Error {
	return fault.New("", fault.ActorSender, format, args...)
}

// ruleFault says why a rule cannot do what it is asked with any such event.
func ruleFault(format string, args ...any) *fault.Error {
	return fault.New("", fault.ActorYou, format, args...)
}
