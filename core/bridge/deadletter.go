package bridge

import (
	"context"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// deadLetter gives a refused event to the sink, unless its sender still has it: once for each rule that refused it,
// with the first error of that rule's messages. An event that another fault keeps from going comes again as a whole,
// so nothing of it is given away before.
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
		return // there is nothing to keep
	}
	o := b.dedupKeyOf(v)
	for _, refused := range refusals(result) {
		if err := b.keep(ctx, &o, r.Event, refused); err != nil {
			fail(result, notKept(err))
			return
		}
	}
	result.Outcome, result.Err, result.Reason = core.DeadLettered, nil, result.Err
}

// refusals are the messages of a refused event that can't be sent, rule by rule, or a stand-in for an event that no
// rule made anything of.
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

// deadLetterElement stands for the dead letter where a message has its element.
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

// notKept is the error of an event that will never go and could not be kept either: it must come again.
func notKept(cause error) error {
	e := fault.New(fault.CodeDeadLetterFailed, fault.ActorYou, "dead-letter sink: %v", cause)
	e.Cause = cause
	return e
}
