package bridge

import (
	"context"
	"crypto/sha256"
	"slices"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// A dedupKey identifies an event in the dedup window. It depends only on the event and its ingress, not on the rest of the
// batch. It contains the ingress because senders choose source and id: otherwise one sender could make another's event look
// like a repetition. It contains the content because some triggers give several events the same id. It does not contain
// extensions, because a repeated request may have another traceparent.
type dedupKey struct {
	ingress, source, id string
	kind, subject       string
	data                [sha256.Size]byte // hash of the data
	exempt              bool              // all its messages are sent, also repeated ones
	retry               bool              // it is sent although it was dead-lettered
}

// dedupKeyOf returns an event's key. Events that come back from the dead-letter sink are delivered like new ones, and a
// sender that waits must learn what is wrong.
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

// sendOnce sends a message unless it was sent before. While it waits for another caller's outcome, it makes no call and
// uses no rate.
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

// hashOf returns a message's hash. Processes that share their dedup window may have different rules with the same name.
// Their messages differ, so each is sent. Within one process, a changed rule still recognizes its earlier messages.
func (b *Bridge) hashOf(o *dedupKey, rule string, element int) MessageHash {
	if b.dedup.shared != nil {
		digest := b.rules.Digest(rule)
		rule += string(digest[:])
	}
	return hashOf(o, rule, element)
}

// settleAtOnce is the maximum number of messages that are settled together.
const settleAtOnce = 500

// renew restarts the window of an event's sent messages, because the event will be redelivered for the missing ones.
func (b *Bridge) renew(ctx context.Context, o *dedupKey, list []core.Delivery) {
	if o.exempt {
		return
	}
	for part := range slices.Chunk(list, settleAtOnce) {
		sent := b.settled(o, part)
		b.dedup.renew(ctx, slices.DeleteFunc(sent, func(s Settled) bool { return s.Receipt.MsgID == "" }))
	}
}

// noteDeadLettered records that messages' event is in the sink, so that the messages are not sent again.
func (b *Bridge) noteDeadLettered(ctx context.Context, o *dedupKey, list []core.Delivery) {
	if o.exempt {
		return
	}
	for part := range slices.Chunk(list, settleAtOnce) {
		b.dedup.deadLettered(ctx, b.settled(o, part))
	}
}

// settled returns messages in the form that dedup stores.
func (b *Bridge) settled(o *dedupKey, list []core.Delivery) []Settled {
	all := make([]Settled, len(list))
	for i := range list {
		all[i] = Settled{Message: b.hashOf(o, list[i].Rule, list[i].Element), Receipt: list[i].Receipt}
	}
	return all
}

// errDeadLettered is the error of a message whose event is already in the dead-letter sink.
var errDeadLettered = fault.New(fault.CodeDeadLettered, fault.ActorYou, "not sent: the event was dead-lettered within the dedup window")
