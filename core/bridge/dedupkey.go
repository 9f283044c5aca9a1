package bridge

import (
	"context"
	"crypto/sha256"
	"slices"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// A dedupKey is what the dedup window knows an event by. It depends on the event and its way in alone, never on what else
// is in the batch. The way in is part of it, as senders choose source and id: one could make another's event look like a
// repetition otherwise. The content is part of it, as some triggers give one id to several events: none is lost for that.
// Extensions are not: a repeated request may have another traceparent.
type dedupKey struct {
	ingress, source, id string
	kind, subject       string
	data                [sha256.Size]byte // its hash
	exempt              bool              // each of its messages is sent, known or not
	retry               bool              // that it was dead-lettered doesn't keep it from being sent
}

// dedupKeyOf returns what an event is known by. What comes back from the sink is to be delivered like new, and a sender
// that waits is to hear what is wrong.
func (b *Bridge) dedupKeyOf(v *cloudevent.View) dedupKey {
	retry := v.Record.SenderWaits || cloudevent.IsReplay(v.Context)
	switch {
	case b.dedup == nil, v.Record.DerivedID && v.Record.Identity == "":
		return dedupKey{exempt: true}
	case v.Record.Identity != "":
		return dedupKey{ingress: v.Record.Ingress, id: v.Record.Identity, retry: retry}
	}
	return dedupKey{
		ingress: v.Record.Ingress, source: v.Attribute("source").Str, id: v.Context.ID,
		kind: v.Attribute("type").Str, subject: v.Attribute("subject").Str, data: sha256.Sum256(v.Record.Event.Data()),
		retry: retry,
	}
}

// sendOnce sends a message unless it is known. Waiting for another's outcome is no call: it takes nobody's turn.
func (b *Bridge) sendOnce(ctx context.Context, o *dedupKey, d *core.Delivery) {
	d.Receipt, d.Duplicate, d.Err = b.once(ctx, o, d.Rule, d.Element, func() (core.Receipt, error) {
		if b.tries {
			ctx = core.CollectTries(ctx, &d.Tries)
		}
		return b.send(ctx, d.Topic, d.Payload)
	})
	if d.Duplicate && d.MsgID == "" {
		d.Err = errDeadLettered
	}
}

func (b *Bridge) once(ctx context.Context, o *dedupKey, rule string, element int, do func() (core.Receipt, error)) (core.Receipt, bool, error) {
	if o.exempt {
		r, err := do()
		return r, false, err
	}
	return b.dedup.once(ctx, b.hashOf(o, rule, element), o.retry, do)
}

// hashOf is what a message is known by. Processes that share what they sent may have different rules of one name: their
// messages differ, and each is sent. In one process a rule that changes still knows what it sent before.
func (b *Bridge) hashOf(o *dedupKey, rule string, element int) MessageHash {
	if b.dedup.shared != nil {
		digest := b.rules.Digest(rule)
		rule += string(digest[:])
	}
	return hashOf(o, rule, element)
}

// settleAtOnce is how many messages are settled together at most.
const settleAtOnce = 500

// renew begins the window of an event's sent messages again: the event is redelivered for those that are missing.
func (b *Bridge) renew(ctx context.Context, o *dedupKey, list []core.Delivery) {
	if o.exempt {
		return
	}
	for part := range slices.Chunk(list, settleAtOnce) {
		sent := b.settled(o, part)
		b.dedup.renew(ctx, slices.DeleteFunc(sent, func(s Settled) bool { return s.Receipt.MsgID == "" }))
	}
}

// noteDeadLettered keeps messages whose event is in the sink from being sent again.
func (b *Bridge) noteDeadLettered(ctx context.Context, o *dedupKey, list []core.Delivery) {
	if o.exempt {
		return
	}
	for part := range slices.Chunk(list, settleAtOnce) {
		b.dedup.deadLettered(ctx, b.settled(o, part))
	}
}

// settled is what dedup is to know of messages.
func (b *Bridge) settled(o *dedupKey, list []core.Delivery) []Settled {
	all := make([]Settled, len(list))
	for i := range list {
		all[i] = Settled{Message: b.hashOf(o, list[i].Rule, list[i].Element), Receipt: list[i].Receipt}
	}
	return all
}

// errDeadLettered is the error of a message whose event is in the dead-letter sink already.
var errDeadLettered = fault.New(fault.CodeDeadLettered, fault.ActorYou, "not sent: the event was dead-lettered within the dedup window")
