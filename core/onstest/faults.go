package onstest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Faults that are not error codes of the API.
const (
	faultReset      = "reset"
	faultLostAnswer = "lost-answer"
	faultHTML502    = "html502"
	faultEmpty503   = "empty503"
	faultDelay      = "delay"
)

// maxFaults limits the faults that wait for calls.
const maxFaults = 1000

// A Fault makes the next calls fail.
type Fault struct {
	// Code is an error code of the API, a code of a family such as InvalidParameter.… with any ending, or one of these:
	// reset (the connection is closed without an answer), lost-answer (the message is published, then the connection is
	// closed; a call that would be rejected is rejected), html502, empty503, and delay (a wait of DelayMS, then the
	// usual answer).
	Code string `json:"code"`
	// Times is the number of calls that fail; 0 means 1.
	Times int `json:"times"`
	// DelayMS is the wait before the answer in milliseconds. It is optional, except for delay.
	DelayMS int `json:"delayMs"`
	// RetryAfterMS, if positive, is sent as x-acs-retry-after, in milliseconds.
	RetryAfterMS int `json:"retryAfterMs"`
}

// check returns an error if the fault is invalid.
func (f Fault) check() error {
	special := f.Code == faultReset || f.Code == faultLostAnswer || f.Code == faultHTML502 || f.Code == faultEmpty503 ||
		f.Code == faultDelay
	if _, ok := lookUp(f.Code); !ok && !special {
		return fmt.Errorf("fault code %q is not one of reset, lost-answer, html502, empty503, delay, %s",
			cut(f.Code, maxQuote), allowedCodes())
	}
	if f.Times < 0 || f.DelayMS < 0 || f.RetryAfterMS < 0 {
		return fmt.Errorf("fault %q has a negative times, delayMs or retryAfterMs", f.Code)
	}
	if f.Code == faultDelay && f.DelayMS == 0 {
		return fmt.Errorf(`fault "delay" needs delayMs, as in {"code":"delay","delayMs":500}`)
	}
	return nil
}

// Fail makes the next calls fail in the given order, after the faults that already wait. It returns an error, and
// changes nothing, if a fault is invalid or more than 1000 would wait.
func (h *Handler) Fail(faults ...Fault) error {
	for i, f := range faults {
		if err := f.check(); err != nil {
			return fmt.Errorf("fault %d: %w", i, err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.faults)+len(faults) > maxFaults {
		return fmt.Errorf("%d faults already wait for calls; %d more exceed the limit of %d", len(h.faults), len(faults), maxFaults)
	}
	h.faults = append(h.faults, faults...)
	return nil
}

// nextFault removes and returns the next waiting fault, or returns the zero Fault.
func (h *Handler) nextFault() Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.faults) == 0 {
		return Fault{}
	}
	f := h.faults[0]
	if f.Times--; f.Times > 0 {
		h.faults[0].Times = f.Times
	} else {
		h.faults = h.faults[1:]
	}
	return f
}

// act applies a fault before the call is checked, and returns its refusal, if any. A caller that disconnects during a
// delay gets no answer.
func (h *Handler) act(ctx context.Context, f Fault) *refusal {
	if f.DelayMS > 0 && h.sleep(ctx, time.Duration(f.DelayMS)*time.Millisecond) != nil {
		h.drop(f.Code)
	}
	var bad *refusal
	switch f.Code {
	case "", faultDelay, faultLostAnswer:
		return nil
	case faultReset:
		h.drop(f.Code)
	case faultHTML502:
		bad = htmlPage(http.StatusBadGateway)
		bad.code = f.Code
	case faultEmpty503:
		bad = &refusal{code: f.Code, status: http.StatusServiceUnavailable, page: noBody}
	default:
		bad = refuse(f.Code)
	}
	bad.retryAfter = time.Duration(f.RetryAfterMS) * time.Millisecond
	return bad
}

// FaultCodes lists the codes that a Fault may have: first those that are not codes of the API, then the API's error
// codes.
func FaultCodes() []string {
	return append([]string{faultReset, faultLostAnswer, faultHTML502, faultEmpty503, faultDelay}, slices.Sorted(maps.Keys(vendorErrors))...)
}

// Waiting returns the faults that wait for calls, the next one first.
func (h *Handler) Waiting() []Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Fault{}, h.faults...)
}
