package core

import (
	"context"
	"errors"
	"fmt"
)

// The classes of errors: whose fault it is and, with it, what a trigger is told.
const (
	ClassMessage     = "message"     // this event will never go; others will
	ClassThrottled   = "throttled"   // too fast: the same again later
	ClassTransient   = "transient"   // may heal by itself
	ClassUnknown     = "unknown"     // nobody said: treated as transient
	ClassCredential  = "credential"  // the caller is not who it should be
	ClassPermission  = "permission"  // the caller may not
	ClassClock       = "clock"       // the caller's clock is off
	ClassUnsupported = "unsupported" // wrong endpoint, region or kernel
)

// Who has to act on an error.
const (
	ActorYou     = "you"     // whoever runs this bridge: its rules or settings
	ActorRole    = "role"    // whoever administers the role and its policies
	ActorAlibaba = "alibaba" // the service, by itself
	ActorSender  = "sender"  // whoever produced the event
)

// A Refusal is an error of class message found before any call: the event is at fault, or a rule's use of it.
type Refusal struct {
	Code   string // stable, one of the Code constants
	Rule   string // the rule that refused, empty when the event itself is at fault
	Detail string // what is wrong, with the offending value, and what is allowed
	Who    string // the actor
}

// Codes of refusals.
const (
	CodeInvalidEvent  = "InvalidEvent"   // not a CloudEvent 1.0, or data that is not what datacontenttype says
	CodeNoSource      = "NoSource"       // no source recognises the payload, and no setting says what it is
	CodeEventTooOld   = "EventTooOld"    // older than the rule's maximumEventAgeInSeconds
	CodeDeadLettered  = "DeadLettered"   // before, within the dedup window
	CodeLoopDetected  = "LoopDetected"   // the event went through a bridge too often
	CodeNoRuleMatched = "NoRuleMatched"  // and unmatched events are rejected
	CodeEachInvalid   = "EachInvalid"    // each does not name an array, or one with too many elements
	CodeTopicInvalid  = "TopicInvalid"   // a topic that rules and event make is not legal, or lacks a value
	CodePayloadFault  = "PayloadInvalid" // a payload cannot be rendered, is no UTF-8, empty or over 65,536 bytes
)

func (r *Refusal) Error() string {
	if r.Rule == "" {
		return r.Detail
	}
	return fmt.Sprintf("rule %q: %s", r.Rule, r.Detail)
}

// Class is always message.
func (r *Refusal) Class() string { return ClassMessage }

// Actor is who has to act.
func (r *Refusal) Actor() string { return r.Who }

// ErrorCode is the refusal's code.
func (r *Refusal) ErrorCode() string { return r.Code }

// ClassOf returns the class that an error in err's chain claims; an expired or cancelled context is transient, all
// else unknown. A nil error has no class.
func ClassOf(err error) string {
	if err == nil {
		return ""
	}
	var c interface{ Class() string } // after the check: it costs an allocation
	switch {
	case errors.As(err, &c):
		return c.Class()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return ClassTransient
	}
	return ClassUnknown
}
