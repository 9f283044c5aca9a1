// Package sendtest has Senders for tests, which do not call the API, and the errors that they return.
package sendtest

import (
	"context"
	"fmt"
	"sync"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// A SenderFunc is a function that implements Sender.
type SenderFunc func(ctx context.Context, topic, payload string) (core.Receipt, error)

func (f SenderFunc) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	return f(ctx, topic, payload)
}

// A Recorder accepts every message, except for topics with an error.
type Recorder struct {
	mu   sync.Mutex
	Sent []string // topic and payload; read it only when no call is in flight
	Errs map[string]error
}

func (r *Recorder) SendMessage(_ context.Context, topic, payload string) (core.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.Errs[topic]; err != nil {
		return core.Receipt{}, err
	}
	r.Sent = append(r.Sent, topic+" "+payload)
	return core.Receipt{MsgID: fmt.Sprint("M", len(r.Sent)), RequestID: "R", Attempts: 1}, nil
}

// OfClass is an error of a class without a code.
type OfClass string

func (c OfClass) Error() string         { return "of class " + string(c) }
func (c OfClass) Describe() fault.Fault { return fault.Fault{Class: string(c)} }

// Refusal is the code of an error of a message that the API rejects.
type Refusal string

func (r Refusal) Error() string { return "the API rejects it: " + string(r) }
func (r Refusal) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassMessage, Code: string(r)}
}
