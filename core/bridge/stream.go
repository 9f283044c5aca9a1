package bridge

import (
	"context"
	"sync"
	"sync/atomic"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// A stream sends a rule's messages. A payload exists from when there is room for it until the outcome is known, so that
// memory depends on the room, not on how many messages there are.
type stream struct {
	bridge *Bridge
	key    dedupKey
	list   rules.Messages
	mu     sync.Mutex // over the list's view, while a payload is rendered
	stop   atomic.Bool
	inHand atomic.Int64 // messages that have room
}

// sendAll sends a rule's messages: those of a topic in order, as MQTT orders them by topic only. After a failure that
// is not the message's own the rest is left for the trigger to bring again.
func (b *Bridge) sendAll(ctx context.Context, o *dedupKey, m *rules.Messages, stopped bool) {
	if len(m.Deliveries) == 0 {
		return
	}
	s := stream{bridge: b, key: *o, list: *m}
	s.stop.Store(stopped)
	if len(m.Deliveries) == 1 { // so that most events cost no closures
		s.send(ctx, 0)
		return
	}
	topic := func(i int) string { return s.list.Deliveries[i].Topic }
	inLanes(len(m.Deliveries), b.limit, topic, func(i int) bool {
		s.send(ctx, i)
		if stops(s.list.Deliveries[i].Err) {
			s.stop.Store(true)
		}
		return true
	}, nil)
}

func (s *stream) send(ctx context.Context, i int) {
	d := &s.list.Deliveries[i]
	if d.Err != nil {
		return
	}
	if d.Err = s.over(ctx); d.Err != nil {
		return
	}
	if s.enter(ctx) != nil {
		d.Err = errNoTime
		return
	}
	held := int64(rules.MaxPayload)
	defer func() { s.leave(held) }()
	if d.Err = s.over(ctx); d.Err != nil {
		return
	}
	if d.Err = s.render(i); d.Err != nil {
		return
	}
	held = int64(len(d.Payload))
	s.bridge.payloads.Release(rules.MaxPayload - held)
	s.bridge.sendOnce(ctx, &s.key, d)
	if !s.bridge.keepAll {
		d.Payload = ""
	}
}

// enter takes the most room that a payload can need. An event of which no message has room keeps nothing while it waits.
func (s *stream) enter(ctx context.Context) error {
	if !s.bridge.payloads.TryAcquire(rules.MaxPayload) {
		if s.inHand.Load() == 0 {
			s.mu.Lock()
			s.list.Forget()
			s.mu.Unlock()
		}
		if err := s.bridge.payloads.Acquire(ctx, rules.MaxPayload); err != nil {
			return err
		}
	}
	s.inHand.Add(1)
	return nil
}

func (s *stream) leave(held int64) {
	s.inHand.Add(-1)
	s.bridge.payloads.Release(held)
}

// over says why no further message goes: another's failure, or the end of the event's time.
func (s *stream) over(ctx context.Context) error {
	switch {
	case s.stop.Load():
		return errStopped
	case ctx.Err() != nil:
		return errNoTime
	}
	return nil
}

// render may be called by several goroutines: a view is looked at by one at a time.
func (s *stream) render(i int) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			err = fault.Panic("bug: panic while a message was rendered: %w", "bug: panic of type %T while a message was rendered", p)
		}
	}()
	s.list.RenderPayload(i)
	return s.list.Deliveries[i].Err
}

// stops says that an error is not the fault of the message alone.
func stops(err error) bool { return err != nil && fault.Of(err).Class != fault.ClassMessage }

// failed says whether the event can't be acknowledged whatever else is sent, by no fault of its own.
func failed(deliveries []core.Delivery) bool {
	for i := range deliveries {
		if stops(deliveries[i].Err) {
			return true
		}
	}
	return false
}
