// Package sendtest is for tests: it has Senders that call no API, and the errors that they return.
package sendtest

import (
	"context"
	"fmt"
	"sync"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// SenderFunc is a Sender made of a function.
type SenderFunc func(ctx context.Context, topic, payload string) (core.Receipt, error)

func (f SenderFunc) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	return f(ctx, topic, payload)
}

// A Recorder takes every message but those to topics with an error.
type Recorder struct {
	mu   sync.Mutex
	Sent []string // topic and payload, to be read when no call is in flight
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

// OfClass is an error of a class, without a code.
type OfClass string

func (c OfClass) Error() string         { return "of class " + string(c) }
func (c OfClass) Describe() fault.Fault { return fault.Fault{Class: string(c)} }

// Refusal is the error, known by its code, of a message that the API refuses.
type Refusal string

func (r Refusal) Error() string { return "the API refuses it: " + string(r) }
func (r Refusal) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassMessage, Code: string(r)}
}
