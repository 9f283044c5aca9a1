package core

import "sendbridge/core/fault"

// senderFault is why an event that has not what the rule was made for can't be rendered, before it is known what was to
// become of it.
func senderFault(format string, args ...any) *fault.Error {
	return fault.New("", fault.ActorSender, format, args...)
}

// ruleFault is the same for a rule that cannot do what it is asked with any such event.
func ruleFault(format string, args ...any) *fault.Error {
	return fault.New("", fault.ActorYou, format, args...)
}
