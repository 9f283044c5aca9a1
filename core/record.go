// Package core defines the types of the bridge: a Source decodes a trigger's payload into Records, a Sender publishes one
// MQTT message, and a Result is the outcome of a Record. The packages below it do the work.
package core

import (
	"context"

	"github.com/cloudevents/sdk-go/v2/event"
)

// A DeadLetterFunc stores an event that can never be sent, so that a person can examine it. It returns nil once the event
// is stored; then the trigger gets an acknowledgement. It may be called concurrently.
type DeadLetterFunc func(ctx context.Context, e event.Event) error

// A Record is one event of a trigger's batch.
type Record struct {
	Event       event.Event
	Ingress     string // where the event came in, such as "http:/"; patterns see it as sendbridgeingress, whatever the event contains
	MessageID   string // the trigger's id of the message with the event; several records may share one
	OrderingKey string // records of one key are delivered one after another; empty means no order
	DerivedID   bool   // the id is derived from content and not the trigger's own: exempt from dedup
	Identity    string // the dedup key of the event, used instead of its id; empty means its attributes and data
	SenderWaits bool   // the sender waits for the answer and still has the event, so it never goes to the dead-letter sink
	Err         error  // why this record could not be decoded; it becomes the result, and the record is never sent
	Index       int    // its index in the list of its request; 0 if there was no list
	Raw         []byte // the bytes that could not be decoded, for the dead-letter sink; nil if unknown
}

// A Source recognises and decodes the payloads of one kind of trigger.
type Source struct {
	Name   string
	Match  func(payload []byte) bool
	Decode func(payload []byte, in Invocation) ([]Record, error) // must depend only on its arguments: no clock, no random id
}

// An Invocation describes the runtime's call that delivered a payload. A redelivery by the trigger has another Invocation;
// a retry by the runtime itself has the same RequestID.
type Invocation struct {
	RequestID string // the runtime's id of this call
	Function  string // the called function without version or alias: arn:aws:lambda:…, acs:fc:…:functions/…
	Region    string // the region of the function
	Account   string // the account of the function
}

// A Sender publishes one MQTT message. It returns either a Receipt with a MsgID or an error.
type Sender interface {
	SendMessage(ctx context.Context, topic, payload string) (Receipt, error)
}

// A Receipt says that the API accepted a message. It does not mean that a device has received it.
type Receipt struct {
	MsgID     string
	RequestID string
	Attempts  int // number of calls made; 1 if the first one succeeded
}
