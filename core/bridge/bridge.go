// Package bridge delivers events: the rules make messages of each event, and the bridge sends them and reports the event's
// outcome. It keeps the order of records with the same ordering key, sends nothing twice within the dedup window, passes
// undeliverable events to a dead-letter sink, and counts every event once.
package bridge

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// A Bridge delivers events by its rules. It is safe for concurrent use.
type Bridge struct {
	sender  core.Sender
	rules   *rules.Set
	limit   int
	reject  bool
	now     func() time.Time
	dedup   *dedup // nil means no dedup window
	sink    core.DeadLetterFunc
	keepAll bool
	tries   bool
	observe Observer
	span    core.SpanFunc

	// payloads limits the bytes of the payloads of all events together. A message reserves the maximum before it is
	// rendered, and then releases what it does not need.
	payloads *semaphore.Weighted
}

// Options are the options of a Bridge. The zero value is valid.
type Options struct {
	Concurrency     int              // limit of events in one Deliver at once, and of an event's messages at once; 0 means 32
	RejectUnmatched bool             // events that no rule matches are refused instead of dropped
	Now             func() time.Time // nil means time.Now

	// Dedup is the dedup window: for this time the bridge does not send a message again that it has sent, or whose event it
	// has dead-lettered. Messages are the same if ingress, source, id, content (type, subject and data), rule and element
	// are. At least the latest 90,000 are remembered. The window restarts for the sent messages of an event that fails, so
	// that retries of an event that takes longer than the window reach its end. 0 disables the window.
	Dedup time.Duration
	// Shared is the dedup window of other processes; nil means none. The bridge asks it for a message that it does not know
	// itself, before it sends the message. Rules with the same name that make different messages are distinguished there:
	// see rules.Digest.
	Shared *Shared
	// DeadLetter stores events of class message whose sender does not keep them. They are then acknowledged. If it is nil,
	// they are refused.
	DeadLetter core.DeadLetterFunc

	KeepPayloads bool // keep each message's payload in its Delivery instead of dropping it after the outcome
	KeepTries    bool // record each attempt at a message in its Delivery, for display

	Observe Observer // called after each event; nil means none

	Span core.SpanFunc // starts a span "process" for each event, which Observe's context has, and "match" inside it
}

// An Observer is called with the outcome of an event as soon as it is known, and with its duration. It is called
// concurrently, and the event's answer waits for it.
type Observer func(ctx context.Context, r core.Result, took time.Duration)

const defaultConcurrency = 32

// minPayloads is the minimum number of payloads of maximum size that fit in memory: 32 MiB.
const minPayloads = 512

// New returns a bridge that sends the messages of a set of rules with s.
func New(s core.Sender, set *rules.Set, o *Options) *Bridge {
	if o == nil {
		o = &Options{}
	}
	b := &Bridge{sender: s, rules: set, limit: o.Concurrency, reject: o.RejectUnmatched, now: o.Now, sink: o.DeadLetter, keepAll: o.KeepPayloads, tries: o.KeepTries, observe: o.Observe, span: o.Span}
	if b.limit <= 0 {
		b.limit = defaultConcurrency
	}
	b.payloads = semaphore.NewWeighted(int64(max(b.limit, minPayloads)) * rules.MaxPayload)
	if b.now == nil {
		b.now = time.Now
	}
	if o.Dedup > 0 {
		b.dedup = newDedup(o.Dedup, b.now, o.Shared)
	}
	if b.observe == nil {
		b.observe = func(context.Context, core.Result, time.Duration) {}
	}
	return b
}

// With returns a bridge with another set of rules. It shares everything else with b, such as the dedup window.
func (b *Bridge) With(set *rules.Set) *Bridge {
	other := *b
	other.rules = set
	return &other
}

// Forget empties the dedup window, so that repeated events are sent again, unless other processes know them. It is for
// people who try rules, not for production.
func (b *Bridge) Forget() {
	if b.dedup != nil {
		b.dedup.forget()
	}
}

// Deliver sends the messages of each record and returns one result for each record, in order. Records with the same
// ordering key are handled one after another. If one of them is not acknowledged, the later ones are not sent. Ordering
// keys apply within one call. No work continues after Deliver has returned.
func (b *Bridge) Deliver(ctx context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	if len(records) == 1 {
		b.process(ctx, &records[0], &results[0])
		return results
	}
	key := func(i int) string { return records[i].OrderingKey }
	doOrdered(len(records), b.limit, key, func(i int) bool {
		b.process(ctx, &records[i], &results[i])
		return results[i].Outcome.Acknowledged()
	}, func(i int) {
		results[i] = core.Result{Record: records[i]}
		fail(&results[i], errEarlierFailed)
		b.observe(ctx, results[i], 0)
	})
	return results
}

// process delivers one record and calls the Observer.
func (b *Bridge) process(ctx context.Context, r *core.Record, result *core.Result) {
	start := b.now()
	ctx, end := b.span.Begin(ctx, "process")
	*result = b.deliver(ctx, r)
	b.observe(ctx, *result, b.now().Sub(start))
	end(result.Err)
}

func (b *Bridge) deliver(ctx context.Context, r *core.Record) (result core.Result) {
	result.Record = *r
	defer func() {
		if p := recover(); p != nil {
			fail(&result, fault.Panic("bug: panic while the event was handled: %w", "bug: panic of type %T while the event was handled", p))
		}
	}()
	if v, err := cloudevent.NewView(r); err != nil {
		fail(&result, err)
	} else {
		b.fire(ctx, v, &result)
	}
	b.deadLetter(ctx, &result)
	return result
}

// fire sends the messages of the matching rules, rule by rule. A rule that cannot be rendered does not stop the others.
func (b *Bridge) fire(ctx context.Context, v *cloudevent.View, result *core.Result) {
	result.Unmatched = true
	o := b.dedupKeyOf(v)
	var room [8]*rules.Rule
	_, matched := b.span.Begin(ctx, "match")
	matching, err := b.rules.AppendMatching(room[:0], v)
	matched(err)
	if err != nil {
		result.Unmatched = false
		fail(result, err)
		return
	}
	for _, rule := range matching {
		result.Unmatched = false
		m := rule.Messages(v, b.now())
		b.sendAll(ctx, &o, &m, failed(result.Deliveries))
		if result.Deliveries == nil {
			result.Deliveries = m.Deliveries
		} else {
			result.Deliveries = append(result.Deliveries, m.Deliveries...)
		}
	}
	switch {
	case result.Unmatched && b.reject:
		fail(result, fault.New(fault.CodeNoRuleMatched, fault.ActorYou, "no rule's pattern matches the event"))
	case len(result.Deliveries) == 0:
		result.Outcome = core.Dropped
	default:
		settle(result, !o.exempt)
		if result.Outcome == core.Failed {
			b.renew(ctx, &o, result.Deliveries)
		}
	}
}

// send calls the sender and reports an outcome without a MsgID as an error.
func (b *Bridge) send(ctx context.Context, topic, payload string) (receipt core.Receipt, err error) {
	defer func() {
		if p := recover(); p != nil {
			receipt, err = core.Receipt{}, fault.Panic("bug: panic while a message was sent: %w", "bug: panic of type %T while a message was sent", p)
		}
	}()
	receipt, err = b.sender.SendMessage(ctx, topic, payload)
	if err == nil && receipt.MsgID == "" {
		err = errNoReceipt
	}
	return receipt, err
}
