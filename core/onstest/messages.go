package onstest

import (
	"encoding/json"
	"time"
	"unicode/utf8"
)

// maxMessages is the number of accepted messages that are kept.
const maxMessages = 1000

// A Message is a message that the API accepted.
type Message struct {
	Topic   string
	Payload string // any bytes
	MsgID   string
	Time    time.Time
}

// MarshalJSON encodes topic, payload, msgId and time. A payload that is not UTF-8 is encoded as base64, with "base64":
// true.
func (m Message) MarshalJSON() ([]byte, error) {
	v := struct {
		Topic   string    `json:"topic"`
		Payload any       `json:"payload"`
		Base64  bool      `json:"base64,omitempty"`
		MsgID   string    `json:"msgId"`
		Time    time.Time `json:"time"`
	}{m.Topic, m.Payload, !utf8.ValidString(m.Payload), m.MsgID, m.Time.UTC()}
	if v.Base64 {
		v.Payload = []byte(m.Payload)
	}
	return json.Marshal(v)
}

// Messages returns the last 1000 accepted messages, oldest first.
func (h *Handler) Messages() []Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.messages.all()
}

// A history is a ring of the last messages.
type history struct {
	ring []Message
	next int // the index of the oldest message once the ring is full
}

func (l *history) add(m Message) {
	if len(l.ring) < maxMessages {
		l.ring = append(l.ring, m)
		return
	}
	l.ring[l.next] = m
	l.next = (l.next + 1) % maxMessages
}

func (l *history) all() []Message {
	all := make([]Message, 0, len(l.ring))
	return append(append(all, l.ring[l.next:]...), l.ring[:l.next]...)
}
