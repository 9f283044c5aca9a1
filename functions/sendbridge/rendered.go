package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// A renderedEvent is an event and its messages, as render --json writes them.
type renderedEvent struct {
	Event   json.RawMessage `json:"event,omitempty"` // in the CloudEvents JSON format, with its data
	Ingress string          `json:"ingress,omitempty"`
	Refused *refusal        `json:"refused,omitempty"` // why the rules cannot get this event
	Rules   []renderedRule  `json:"rules"`

	head string
}

type renderedRule struct {
	Rule     string            `json:"rule"`
	Matches  bool              `json:"matches"`
	Mismatch string            `json:"mismatch,omitempty"` // the first clause that failed
	Messages []renderedMessage `json:"messages"`
}

type renderedMessage struct {
	Element *int     `json:"element,omitempty"` // its index in the array that each selects
	Topic   string   `json:"topic,omitempty"`
	Payload string   `json:"payload,omitempty"`
	Refused *refusal `json:"refused,omitempty"`
}

type refusal struct {
	Code   string `json:"code"`
	Class  string `json:"class"`
	Detail string `json:"detail"`
}

func refusalOf(err error) *refusal {
	f := fault.Of(err)
	return &refusal{f.Code, f.Class, err.Error()}
}

func renderEvent(set *rules.Set, r *core.Record, now time.Time) renderedEvent {
	e := renderedEvent{Ingress: r.Ingress, Rules: []renderedRule{}}
	if r.Event.Context != nil {
		e.Event = cloudevent.EncodeEvent(r.Event)
		e.head = fmt.Sprintf("id %s, source %s, type %s", r.Event.ID(), r.Event.Source(), r.Event.Type())
	}
	plans, err := set.Plans(r, now)
	if err != nil {
		e.Refused = refusalOf(err)
		return e
	}
	for _, p := range plans {
		rule := renderedRule{Rule: p.Rule, Matches: p.Mismatch == "", Mismatch: p.Mismatch, Messages: []renderedMessage{}}
		for i := range p.Deliveries {
			rule.Messages = append(rule.Messages, renderMessage(&p.Deliveries[i]))
		}
		e.Rules = append(e.Rules, rule)
	}
	return e
}

func renderMessage(d *core.Delivery) renderedMessage {
	m := renderedMessage{Topic: d.Topic, Payload: d.Payload}
	if d.Element >= 0 {
		m.Element = &d.Element
	}
	if d.Err != nil {
		m.Refused = refusalOf(d.Err)
	}
	return m
}

// refused counts the parts of an event that cannot be sent.
func (e *renderedEvent) refused() (n int) {
	if e.Refused != nil {
		n++
	}
	for _, r := range e.Rules {
		for _, m := range r.Messages {
			if m.Refused != nil {
				n++
			}
		}
	}
	return n
}

func (c *renderCommand) write(t terminal, events []renderedEvent) error {
	if c.JSON {
		e := json.NewEncoder(t.out)
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Events []renderedEvent `json:"events"`
		}{events})
	}
	if len(events) == 0 {
		fmt.Fprintln(t.out, "no events in the input: nothing to send")
	}
	for i := range events {
		fmt.Fprintf(t.out, "event %d of %d", i+1, len(events))
		events[i].writeTo(t.out)
	}
	return nil
}

func (e *renderedEvent) writeTo(w io.Writer) {
	if e.Refused != nil {
		fmt.Fprintf(w, ": refused: %s\n", e.Refused.Detail)
		if e.Event != nil {
			fmt.Fprintf(w, "  %s\n", e.Event)
		}
		return
	}
	fmt.Fprintf(w, ": %s\n  %s\n  ingress %s\n", e.head, e.Event, e.Ingress)
	for _, r := range e.Rules {
		switch {
		case !r.Matches:
			fmt.Fprintf(w, "  rule %s: no match: %s\n", r.Rule, r.Mismatch)
		case len(r.Messages) == 0:
			fmt.Fprintf(w, "  rule %s: matches, but each selects no element\n", r.Rule)
		default:
			fmt.Fprintf(w, "  rule %s: matches\n", r.Rule)
		}
		for _, m := range r.Messages {
			if m.Refused != nil {
				fmt.Fprintf(w, "    refused: %s\n", m.Refused.Detail)
				continue
			}
			fmt.Fprintf(w, "    topic    %s\n    payload  %s\n", m.Topic, m.Payload)
		}
	}
}
