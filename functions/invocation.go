package functions

import (
	"context"
	"encoding/json"
	"math"
	"sync"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
)

// InvocationMetrics returns a JSON line for each invocation of a function, which cannot be scraped: what a Tally has
// counted since the last line. An instance that serves several invocations at once may show an event in the line of
// another; together the lines show each event once.
type InvocationMetrics struct {
	tally *bridge.Tally
	o     InvocationOptions

	mu     sync.Mutex
	shown  bridge.Counts           // in all lines so far
	asked  map[webhook.Request]int // requests shown so far
	waited time.Duration           // since the last line
}

// InvocationOptions of InvocationMetrics. The zero value works.
type InvocationOptions struct {
	Function string         // the function's name, shown in each line
	Embedded bool           // also make the numbers CloudWatch metrics with the dimension function
	Rate     func() float64 // calls per second that the limiter allows; nil, or 0 for no limit, leaves it out
	Breaker  func() string  // the breaker's state; nil leaves it out
	Requests *webhook.Tally // counts HTTP requests; nil leaves them out
}

// NewInvocationMetrics returns the metrics of what tally counts from now on.
func NewInvocationMetrics(tally *bridge.Tally, o *InvocationOptions) *InvocationMetrics {
	m := &InvocationMetrics{tally: tally}
	if o != nil {
		m.o = *o
	}
	return m
}

// ObserveWait adds the time that the limiter delayed a call to the next line. It is meant for Timings.Wait.
func (m *InvocationMetrics) ObserveWait(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waited += d
}

// Line returns the next line with its line end. Call it at the end of the invocation of ctx, before the runtime freezes the
// process.
func (m *InvocationMetrics) Line(ctx context.Context, now time.Time) []byte {
	l := m.next(now)
	l.Invocation = invocationOf(ctx)
	if m.o.Rate != nil {
		if rate := m.o.Rate(); rate > 0 && !math.IsInf(rate, 0) {
			l.Rate = &rate
		}
	}
	if m.o.Breaker != nil {
		l.Breaker = m.o.Breaker()
	}
	if m.o.Embedded {
		l.embed(now)
	}
	line, err := json.Marshal(l)
	if err != nil {
		panic(err) // only NaN cannot be encoded, and no number here is NaN
	}
	return append(line, '\n')
}

func (m *InvocationMetrics) next(now time.Time) invocationLine {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := m.tally.Snapshot()
	counts, waited := total.Since(m.shown), m.waited
	m.shown, m.waited = total, 0
	l := invocationLine{
		Time: now.UTC(), Level: "INFO", Msg: "metrics", Function: m.o.Function,
		Received:     counts.Received(),
		Sent:         counts.Events[core.Sent],
		Duplicate:    counts.Events[core.Duplicate],
		Dropped:      counts.Events[core.Dropped],
		DeadLettered: counts.Events[core.DeadLettered],
		Refused:      counts.Events[core.Refused],
		Failed:       counts.Events[core.Failed],
		Attempts:     counts.Attempts,
		WaitMs:       milliseconds(waited),
		Errors:       errorKinds(counts.Errors),
		Messages:     messageKinds(counts.Messages),
	}
	if m.o.Requests != nil {
		requests := m.o.Requests.Snapshot()
		l.Requests, m.asked = refusals(requests, m.asked), requests
	}
	if n := l.Received; n > 0 {
		mean := milliseconds(counts.Took) / float64(n)
		l.EventMs = &mean
	}
	return l
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
