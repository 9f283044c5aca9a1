package onstest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// What a fault can be beside an error code of the API.
const (
	faultReset      = "reset"
	faultLostAnswer = "lost-answer"
	faultHTML502    = "html502"
	faultEmpty503   = "empty503"
	faultDelay      = "delay"
)

// maxFaults bounds those that wait.
const maxFaults = 1000

// A Fault makes the next calls fail.
type Fault struct {
	// Code is an error code of the API, those of families such as InvalidParameter.… with any ending, or one of
	// reset (the connection is closed unanswered), lost-answer (closed after the message was published; a call that
	// would be refused is refused), html502, empty503 and delay (a wait of DelayMS, then the usual answer).
	Code string `json:"code"`
	// Times is how many calls fail so; 0 means 1.
	Times int `json:"times"`
	// DelayMS is how many milliseconds to wait first. Any fault may have it, delay must.
	DelayMS int `json:"delayMs"`
	// RetryAfterMS, if positive, is sent as x-acs-retry-after, in milliseconds.
	RetryAfterMS int `json:"retryAfterMs"`
}

// check says what is wrong with a fault and what is allowed instead.
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

// Fail lets the next calls fail in the order given, after those that were asked for before. It returns an error, and
// changes nothing, if a fault has an unknown code or more than 1000 would wait.
func (h *Handler) Fail(faults ...Fault) error {
	for i, f := range faults {
		if err := f.check(); err != nil {
			return fmt.Errorf("fault %d: %w", i, err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.faults)+len(faults) > maxFaults {
		return fmt.Errorf("%d faults wait already; %d more are over the limit of %d", len(h.faults), len(faults), maxFaults)
	}
	h.faults = append(h.faults, faults...)
	return nil
}

// nextFault takes the next fault that waits, or returns the zero Fault.
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

// act does what a fault does before the call is looked at, and returns the refusal that it asks for, if any. A
// caller that gives up during a delay is not served.
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

// FaultCodes lists the codes that a Fault may have: those that are no answer of the API first, then its error codes.
func FaultCodes() []string {
	return append([]string{faultReset, faultLostAnswer, faultHTML502, faultEmpty503, faultDelay}, slices.Sorted(maps.Keys(vendorErrors))...)
}

// Waiting returns the faults that wait for calls, the next one first.
func (h *Handler) Waiting() []Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Fault{}, h.faults...)
}
