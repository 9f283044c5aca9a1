package console

import (
	"slices"
	"time"
)

// maxHandOvers is the number of messages whose hand-overs are recorded.
const maxHandOvers = 4 * maxRows

// A handOver is a message that the broker sent to a subscriber.
type handOver struct {
	client string
	qos    byte
	at     time.Time
}

// handOvers records the hand-overs of the newest messages, by MsgId.
type handOvers struct {
	of    map[string][]handOver
	order []string // MsgIds in the order of their first hand-over
}

func newHandOvers() handOvers { return handOvers{of: map[string][]handOver{}} }

// HandedOver records that the broker sent a message to a client. If there are several calls for one message and client,
// the first counts.
func (t *Traffic) HandedOver(msgID, client string, qos byte) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	h := &t.handed
	if slices.ContainsFunc(h.of[msgID], func(other handOver) bool { return other.client == client }) {
		return
	}
	if h.of[msgID] == nil {
		h.order = append(h.order, msgID)
	}
	h.of[msgID] = append(h.of[msgID], handOver{client, qos, now})
	if len(h.order) > maxHandOvers {
		delete(h.of, h.order[0])
		h.order = h.order[1:]
	}
}

func (t *Traffic) handOversOf(msgID string) []handOver {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.handed.of[msgID]
}
