package core

import "fmt"

// A fault is why a message can't be rendered, before it is known where it was to go.
type fault struct {
	who    string
	detail string
}

// senderFault is for an event that has not what the rule was made for.
func senderFault(format string, args ...any) *fault {
	return &fault{ActorSender, fmt.Sprintf(format, args...)}
}

// ruleFault is for a rule that cannot do what it is asked with any such event.
func ruleFault(format string, args ...any) *fault {
	return &fault{ActorYou, fmt.Sprintf(format, args...)}
}
