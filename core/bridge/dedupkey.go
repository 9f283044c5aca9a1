package bridge

import (
	"context"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// A dedupKey is what the dedup window knows an event by. The way in is part of it: senders choose source and id, and one
// could make another's event look like a repetition otherwise.
type dedupKey struct {
	ingress, source, id string
	exempt              bool // each of its messages is sent, known or not
	retry               bool // that it was dead-lettered doesn't keep it from being sent
}

// dedupKeyOf returns what an event is known by. What comes back from the sink is to be delivered like new, and a sender
// that waits is to hear what is wrong.
func (b *Bridge) dedupKeyOf(v *cloudevent.View) dedupKey {
	if b.dedup == nil || v.Record.DerivedID {
		return dedupKey{exempt: true}
	}
	return dedupKey{
		ingress: v.Record.Ingress, source: v.Attribute("source").Str, id: v.Context.ID,
		retry: v.Record.SenderWaits || cloudevent.IsReplay(v.Context),
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
	return b.dedup.once(ctx, hashOf(o, rule, element), o.retry, do)
}

// noteDeadLettered keeps a message whose event is in the sink from being sent again.
func (b *Bridge) noteDeadLettered(o *dedupKey, d *core.Delivery) {
	if !o.exempt {
		b.dedup.deadLettered(hashOf(o, d.Rule, d.Element))
	}
}

// errDeadLettered is the error of a message whose event is in the dead-letter sink already.
var errDeadLettered = fault.New(fault.CodeDeadLettered, fault.ActorYou, "not sent: the event was dead-lettered within the dedup window")
