package bridge

import (
	"context"
	"reflect"
	"testing"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// streamOfTwo returns a stream of an event's two messages. Its payloads share a part, which is kept once it is rendered.
func streamOfTwo(t *testing.T, sent *int) (*stream, func() bool) {
	t.Helper()
	b := New(sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
		*sent++
		return core.Receipt{MsgID: "M"}, nil
	}), rulestest.Parse(t, "rules: [{each: $.data, topic: 'a/${@}', payload: {template: '${@} ${$.id}'}}]"), nil)
	v, err := cloudevent.NewView(rulestest.Event(t, `"data":[1,2]`))
	if err != nil {
		t.Fatal(err)
	}
	matching, err := b.rules.AppendMatching(nil, v)
	if err != nil || len(matching) != 1 {
		t.Fatal(matching, err)
	}
	s := &stream{bridge: b, key: b.dedupKeyOf(v), list: matching[0].Messages(v, rulestest.Noon)}
	keeps := func() bool {
		empty := s.list
		empty.Forget()
		return !reflect.DeepEqual(s.list, empty)
	}
	return s, keeps
}

// occupy takes all room for payloads but this number of bytes.
func occupy(t *testing.T, b *Bridge, but int64) {
	t.Helper()
	if !b.payloads.TryAcquire(minPayloads*rules.MaxPayload - but) {
		t.Fatal("the room is not free")
	}
}

// An event that waits for room and has none does not keep parts of earlier payloads meanwhile. Otherwise the memory would
// grow with the events that wait.
func TestAnEventWithoutRoomKeepsNothing(t *testing.T) {
	sent := 0
	s, keeps := streamOfTwo(t, &sent)
	if s.send(t.Context(), 0); sent != 1 || !keeps() {
		t.Fatalf("%d sent, a part is kept: %t, %v", sent, keeps(), s.list.Deliveries[0].Err)
	}
	occupy(t, s.bridge, rules.MaxPayload-1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.enter(ended); err == nil || keeps() {
		t.Errorf("%v, a part is kept: %t", err, keeps())
	}
}

// While one of its messages has room, an event keeps the parts for the other messages.
func TestAnEventWithRoomKeepsItsParts(t *testing.T) {
	sent := 0
	s, keeps := streamOfTwo(t, &sent)
	s.send(t.Context(), 0)
	if err := s.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	occupy(t, s.bridge, rules.MaxPayload)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.enter(ended); err == nil || !keeps() {
		t.Errorf("%v, a part is kept: %t", err, keeps())
	}
	s.leave(rules.MaxPayload)
	if s.send(t.Context(), 1); sent != 2 {
		t.Errorf("%d sent: %v", sent, s.list.Deliveries[1].Err)
	}
}
