// Package bridge delivers events: it has the rules make messages of each, sends those, and says what became of the event.
// It keeps the order of records that share an ordering key, sends nothing twice within the dedup window, gives what can
// never be delivered to a dead-letter sink, and counts every event once.
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

// A Bridge delivers events as its rules say. It is safe for concurrent use.
type Bridge struct {
	sender  core.Sender
	rules   *rules.Set
	limit   int
	reject  bool
	now     func() time.Time
	dedup   *dedup // nil sends everything each time
	sink    core.DeadLetterFunc
	keepAll bool
	tries   bool
	observe Observer
	span    core.SpanFunc

	// payloads is the room, in bytes, for the payloads of all events together. A message takes the most that it can need
	// before it is rendered, and gives back what it did not.
	payloads *semaphore.Weighted
}

// Options of a Bridge. The zero value works.
type Options struct {
	Concurrency     int              // events that one Deliver handles at once, and messages of an event; 0 means 32
	RejectUnmatched bool             // refuse events that no rule matches instead of dropping them
	Now             func() time.Time // time.Now unless set

	// Dedup is how long a message that was sent, or whose event was dead-lettered, is not sent again by this bridge:
	// one of the same way in, source, id, content (type, subject and data), rule and element. It holds for at least the
	// latest 90,000. For the messages of an event that fails it begins anew, so that retries of an event that takes longer
	// than the window get to its end. 0 sends everything each time.
	Dedup time.Duration
	// Shared is what other processes know, for Dedup; nil is nothing. What is not known here is asked for there before it is
	// sent. Rules of one name that make different messages are told apart there: see rules.Digest.
	Shared *Shared
	// DeadLetter takes events of class message that no sender holds, and which are acknowledged then; nil refuses them.
	DeadLetter core.DeadLetterFunc

	KeepPayloads bool // leave each message's payload in its Delivery; it is dropped once the outcome is known otherwise
	KeepTries    bool // note each attempt at a message in its Delivery, for people to look at

	Observe Observer // told of each event; nil for nobody

	Span core.SpanFunc // begins a span "process" for each event, which Observe's context has, and "match" inside it
}

// An Observer is told what became of an event, as soon as that is known, and how long it took. It is called from
// several goroutines at once, and the event's answer waits for it.
type Observer func(ctx context.Context, r core.Result, took time.Duration)

const defaultConcurrency = 32

// minPayloads is how many of the largest payloads there is room for at least: 32 MiB.
const minPayloads = 512

// New returns a bridge that sends what rules make of events by s.
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

// With returns a bridge that sends what another set of rules makes of events. It shares all else with b, such as what was
// sent within the dedup window.
func (b *Bridge) With(set *rules.Set) *Bridge {
	other := *b
	other.rules = set
	return &other
}

// Forget ends the dedup window of all that was sent or dead-lettered: it is sent again when it is redelivered,
// unless other processes know it. It is for a person who tries things, not for traffic.
func (b *Bridge) Forget() {
	if b.dedup != nil {
		b.dedup.forget()
	}
}

// Deliver sends what the rules make of each record and returns one result a record, in order. Records of one ordering
// key go one after another; after the first that is not acknowledged the rest of its key is held back. Keys are a call's
// own. Deliver returns when all is decided: nothing goes on after it.
func (b *Bridge) Deliver(ctx context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	if len(records) == 1 {
		b.process(ctx, &records[0], &results[0])
		return results
	}
	lane := func(i int) string { return records[i].OrderingKey }
	inLanes(len(records), b.limit, lane, func(i int) bool {
		b.process(ctx, &records[i], &results[i])
		return results[i].Outcome.Acknowledged()
	}, func(i int) {
		results[i] = core.Result{Record: records[i]}
		fail(&results[i], errHeldBack)
		b.observe(ctx, results[i], 0)
	})
	return results
}

// process delivers one record, and tells whoever is to be told.
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

// fire sends what the matching rules make of an event, rule by rule. A rule that can't be rendered doesn't keep the
// others from theirs.
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

// send believes a sender only what it can show.
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
