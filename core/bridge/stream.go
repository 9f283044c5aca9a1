package bridge

import (
	"context"
	"sync"
	"sync/atomic"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// A stream sends a rule's messages. A payload is rendered once there is room for it, and freed after its outcome, so that
// memory depends on the room and not on the number of messages.
type stream struct {
	bridge   *Bridge
	key      dedupKey
	list     rules.Messages
	mu       sync.Mutex // reserved while a payload is rendered, because renderings share the view
	stop     atomic.Bool
	withRoom atomic.Int64 // messages that have reserved room
}

// sendAll sends a rule's messages. Messages of one topic are sent in order, because MQTT orders messages only within a
// topic. After a failure that is not the message's own fault, the remaining messages are left for the trigger's retry.
func (b *Bridge) sendAll(ctx context.Context, o *dedupKey, m *rules.Messages, stopped bool) {
	if len(m.Deliveries) == 0 {
		return
	}
	s := stream{bridge: b, key: *o, list: *m}
	s.stop.Store(stopped)
	if len(m.Deliveries) == 1 { // avoids closures for most events
		s.send(ctx, 0)
		return
	}
	topic := func(i int) string { return s.list.Deliveries[i].Topic }
	doOrdered(len(m.Deliveries), b.limit, topic, func(i int) bool {
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
	reserved := int64(rules.MaxPayload)
	defer func() { s.leave(reserved) }()
	if d.Err = s.over(ctx); d.Err != nil {
		return
	}
	if d.Err = s.render(i); d.Err != nil {
		return
	}
	reserved = int64(len(d.Payload))
	s.bridge.payloads.Release(rules.MaxPayload - reserved)
	s.bridge.sendOnce(ctx, &s.key, d)
	if !s.bridge.keepAll {
		d.Payload = ""
	}
}

// enter reserves the maximum room of a payload. While none of the event's messages has room, the event frees what it
// caches.
func (s *stream) enter(ctx context.Context) error {
	if !s.bridge.payloads.TryAcquire(rules.MaxPayload) {
		if s.withRoom.Load() == 0 {
			s.mu.Lock()
			s.list.Forget()
			s.mu.Unlock()
		}
		if err := s.bridge.payloads.Acquire(ctx, rules.MaxPayload); err != nil {
			return err
		}
	}
	s.withRoom.Add(1)
	return nil
}

func (s *stream) leave(reserved int64) {
	s.withRoom.Add(-1)
	s.bridge.payloads.Release(reserved)
}

// over returns why no further message is sent: another message's failure, or the event's deadline. It returns nil
// otherwise.
func (s *stream) over(ctx context.Context) error {
	switch {
	case s.stop.Load():
		return errStopped
	case ctx.Err() != nil:
		return errNoTime
	}
	return nil
}

// render renders a payload. It may be called concurrently, but uses the view only once at a time.
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

// stops reports whether an error is not only the message's own fault.
func stops(err error) bool { return err != nil && fault.Of(err).Class != fault.ClassMessage }

// failed reports whether the event cannot be acknowledged for a reason other than its own content.
func failed(deliveries []core.Delivery) bool {
	for i := range deliveries {
		if stops(deliveries[i].Err) {
			return true
		}
	}
	return false
}
