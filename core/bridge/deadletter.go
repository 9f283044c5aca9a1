package bridge

import (
	"context"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// deadLetter passes a refused event to the sink, unless its sender still has it: once for each rule that refused it, with
// the first error of that rule's messages. An event that failed for another reason is retried as a whole, so nothing of it
// is stored before.
func (b *Bridge) deadLetter(ctx context.Context, result *core.Result) {
	r := result.Record
	if b.sink == nil || r.SenderWaits || result.Outcome != core.Refused {
		return
	}
	if r.Err != nil && r.Raw != nil {
		r = cloudevent.Undecodable(&r)
	}
	v := &cloudevent.View{Record: &r, Context: cloudevent.ContextOf(&r.Event)}
	if r.Err != nil || v.Context == nil {
		return // there is nothing to store
	}
	o := b.dedupKeyOf(v)
	for _, refused := range refusals(result) {
		if err := b.keep(ctx, &o, r.Event, refused); err != nil {
			fail(result, notStored(err))
			return
		}
	}
	result.Outcome, result.Err, result.Reason = core.DeadLettered, nil, result.Err
}

// refusals returns the messages of a refused event that cannot be sent, grouped by rule. If no rule has made messages, it
// returns one placeholder.
func refusals(result *core.Result) (list [][]core.Delivery) {
	for i := range result.Deliveries {
		d := &result.Deliveries[i]
		if d.Err == nil {
			continue
		}
		if last := len(list) - 1; last < 0 || list[last][0].Rule != d.Rule {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], *d)
	}
	if list == nil {
		list = [][]core.Delivery{{{Element: -1, Err: result.Err}}}
	}
	return list
}

// deadLetterElement is the element in the hash of a dead letter.
const deadLetterElement = -2

func (b *Bridge) keep(ctx context.Context, o *dedupKey, e event.Event, refused []core.Delivery) error {
	rule := refused[0].Rule
	_, _, err := b.once(ctx, o, rule, deadLetterElement, func() (core.Receipt, error) {
		if err := b.sink(ctx, cloudevent.DeadLetter(e, rule, refused[0].Err)); err != nil {
			return core.Receipt{}, err
		}
		b.noteDeadLettered(ctx, o, refused)
		return core.Receipt{}, nil
	})
	return err
}

// notStored returns the error of an event that can never be sent and could not be stored. The trigger must retry it.
func notStored(cause error) error {
	e := fault.New(fault.CodeDeadLetterFailed, fault.ActorYou, "dead-letter sink: %v", cause)
	e.Cause = cause
	return e
}
