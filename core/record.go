// Package core is the vocabulary of the bridge: a Source decodes a trigger's payload into Records, a Sender publishes
// one MQTT message, and a Result says what became of a Record. The packages below it do the work.
package core

import (
	"context"

	"github.com/cloudevents/sdk-go/v2/event"
)

// A DeadLetterFunc keeps an event that will never go, for a person to look at. It returns nil once the event is safe:
// then it is acknowledged to its trigger. It is called from several goroutines at once.
type DeadLetterFunc func(ctx context.Context, e event.Event) error

// A Record is one event of a trigger's batch.
type Record struct {
	Event       event.Event
	Ingress     string // the way in, such as "http:/": what patterns see as sendbridgeingress, whatever the event says
	MessageID   string // the trigger's name for the message the event came in; several records may share one
	OrderingKey string // records of one key go one after another; empty means no order
	DerivedID   bool   // the id is derived from content, not the trigger's own: exempt from dedup
	Identity    string // what dedup knows the event by, whatever its id is and wherever that is from; empty for its attributes and data
	SenderWaits bool   // its sender waits for the answer and still has the event: it never goes to the dead-letter sink
	Err         error  // set when this one record could not be decoded: becomes its result, is never sent
	Index       int    // its place in the list that its request had, from 0; 0 also where there was no list
	Raw         []byte // what could not be decoded, for the dead-letter sink; nil if it is not known
}

// A Source recognises and decodes the payloads of one kind of trigger.
type Source struct {
	Name   string
	Match  func(payload []byte) bool
	Decode func(payload []byte, in Invocation) ([]Record, error) // depends on its arguments alone: no clock, no random id
}

// An Invocation is what a runtime says about the call that brought a payload. A redelivery by the trigger has another
// one; a repetition by the runtime itself has the same RequestID again.
type Invocation struct {
	RequestID string // the runtime's id of this call
	Function  string // whom the call was for, without version or alias: arn:aws:lambda:…, acs:fc:…:functions/…
	Region    string // where the function runs
	Account   string // whose it is
}

// A Sender publishes one MQTT message. It returns a Receipt with a MsgID or an error, never both and never neither.
type Sender interface {
	SendMessage(ctx context.Context, topic, payload string) (Receipt, error)
}

// A Receipt is the API's word that it took a message. It does not mean that a device has it.
type Receipt struct {
	MsgID     string
	RequestID string
	Attempts  int // calls made, 1 when the first was answered
}
