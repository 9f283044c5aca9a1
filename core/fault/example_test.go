package fault_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sendbridge/core/fault"
)

func ExampleOf() {
	err := &fault.Error{Fault: fault.Fault{Class: fault.ClassThrottled, Code: "Throttling.User", RetryAfter: 2 * time.Second}, Text: "too many calls"}
	f := fault.Of(fmt.Errorf("rule %q: %w", "door", err)) // wrapping keeps the properties of an error
	fmt.Println(f.Class, f.Code, f.RetryAfter)
	// Output: throttled Throttling.User 2s
}

// An error without properties has class unknown, unless it is an ended context.
func ExampleOf_unknown() {
	fmt.Println(fault.Of(errors.New("what")).Class, fault.Of(context.DeadlineExceeded).Class)
	// Output: unknown transient
}

func ExampleNew() {
	err := fault.New(fault.CodeTopicInvalid, fault.ActorSender, "topic %q: a level is empty", "a//b")
	fmt.Println(err, "/", fault.Of(err).Class, "/", fault.Of(err).Actor)
	// Output: topic "a//b": a level is empty / message / sender
}

// The trigger gets the most severe of several errors.
func ExampleSeverity() {
	refused := fault.New(fault.CodeTopicInvalid, fault.ActorSender, "bad topic")
	full := fault.New(fault.CodeLimiterFull, fault.ActorYou, "too many")
	fmt.Println(fault.Severity(nil) < fault.Severity(refused), fault.Severity(refused) < fault.Severity(full))
	// Output: true true
}
