package core

import (
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// maxElements is how many messages an event may become by one rule: each is a call of its own.
const maxElements = 1000

// deliveries renders the rule's messages for an event that it matches: one, or with each one an element, in order. What
// cannot be rendered has a *fault.Error for its Err and does not stop the others.
func (r *Rule) deliveries(v *view, now time.Time) []Delivery {
	if f := r.tooOld(v, now); f != nil {
		return []Delivery{r.refused(-1, fault.CodeEventTooOld, f)}
	}
	if r.each == nil {
		return []Delivery{r.delivery(v, -1)}
	}
	array, count := r.each.find(v).json, 0
	if array.IsArray() {
		array.ForEach(func(_, _ gjson.Result) bool {
			count++
			return count <= maxElements
		})
	}
	switch {
	case !array.Exists():
		return r.noEach("each: %s is missing: it must be an array", r.each.text)
	case !array.IsArray():
		return r.noEach("each: %s is %s: it must be an array", r.each.text, value{kind: content, json: array}.describe())
	case count > maxElements:
		return r.noEach("each: %s has more than %d elements: an event can become at most as many messages", r.each.text, maxElements)
	}
	return r.elements(v, array, count)
}

func (r *Rule) elements(v *view, array gjson.Result, count int) []Delivery {
	list := make([]Delivery, 0, count)
	index := 0
	array.ForEach(func(_, element gjson.Result) bool {
		v.element = element
		if r.where == nil || r.where.match(v) {
			list = append(list, r.delivery(v, index))
		}
		index++
		return true
	})
	return list
}

// delivery renders one message. The stack has room for most: what is larger moves to the heap.
func (r *Rule) delivery(v *view, element int) Delivery {
	var room [2048]byte
	topic, f := r.topic.render(room[:0], v)
	if f != nil {
		return r.refused(element, fault.CodeTopicInvalid, f)
	}
	payload, f := r.payload.render(room[:0], v)
	if f != nil {
		return r.refused(element, fault.CodePayloadInvalid, f)
	}
	return Delivery{Rule: r.name, Element: element, Topic: topic, Payload: payload}
}

// tooOld says whether the event's time is too long ago. An event without one is never too old.
func (r *Rule) tooOld(v *view, now time.Time) *fault.Error {
	if r.maxAge == 0 || v.context.Time == nil {
		return nil
	}
	age := now.Sub(v.context.Time.Time)
	if age <= r.maxAge {
		return nil
	}
	return senderFault("time %s: the event is %s old, the rule takes at most %s",
		v.attribute("time").str, age.Round(time.Millisecond), r.maxAge)
}

func (r *Rule) noEach(format string, args ...any) []Delivery {
	return []Delivery{r.refused(-1, fault.CodeEachInvalid, senderFault(format, args...))}
}

func (r *Rule) refused(element int, code string, f *fault.Error) Delivery {
	return Delivery{Rule: r.name, Element: element, Err: fault.New(code, f.Actor, "rule %q: %s", r.name, f.Text)}
}
