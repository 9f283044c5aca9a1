package rules

import (
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/template"
)

// maxElements is how many messages an event may become by one rule: each is a call of its own.
const maxElements = 1000

// Render renders the rule's messages for an event that it matches: one, or with each one an element, in order. What
// cannot be rendered has a *fault.Error for its Err and does not stop the others.
func (r *Rule) Render(v *cloudevent.View, now time.Time) []core.Delivery {
	v.Now = now
	if f := r.tooOld(v, now); f != nil {
		return []core.Delivery{r.refused(-1, fault.CodeEventTooOld, f)}
	}
	if r.each == nil {
		return []core.Delivery{r.delivery(v, -1)}
	}
	array, count := r.each.Find(v).JSON, 0
	if array.IsArray() {
		array.ForEach(func(_, element gjson.Result) bool {
			if r.wants(v, element) {
				count++
			}
			return count <= maxElements
		})
	}
	if why := v.TakeDistrust(); why != nil {
		return []core.Delivery{r.refused(-1, why.Code, why)}
	}
	switch {
	case !array.Exists():
		return r.noEach("each: %s is missing: it must be an array", r.each.Text)
	case !array.IsArray():
		return r.noEach("each: %s is %s: it must be an array", r.each.Text, cloudevent.Value{Kind: cloudevent.JSON, JSON: array}.Describe())
	case count > maxElements:
		return r.noEach("each: %s has more than %d elements%s: an event can become at most as many messages", r.each.Text, maxElements, r.afterWhere())
	}
	return r.elements(v, array, count)
}

func (r *Rule) elements(v *cloudevent.View, array gjson.Result, count int) []core.Delivery {
	list := make([]core.Delivery, 0, count)
	index := 0
	array.ForEach(func(_, element gjson.Result) bool {
		v.Index = index
		if r.wants(v, element) {
			list = append(list, r.delivery(v, index))
		}
		index++
		return true
	})
	return list
}

// wants says whether an element, which it puts in view, is one that the rule makes a message of.
func (r *Rule) wants(v *cloudevent.View, element gjson.Result) bool {
	v.Element = element
	return r.where == nil || r.where.Match(v)
}

func (r *Rule) afterWhere() string {
	if r.where == nil {
		return ""
	}
	return " that where fits"
}

// delivery renders one message. The stack has room for most: what is larger moves to the heap.
func (r *Rule) delivery(v *cloudevent.View, element int) core.Delivery {
	var room [2048]byte
	topic, f := r.topic.Render(room[:0], v)
	if why := v.TakeDistrust(); why != nil {
		return r.refused(element, why.Code, why)
	} else if f != nil {
		return r.refused(element, fault.CodeTopicInvalid, f)
	}
	payload, f := r.payload.Render(room[:0], v)
	if why := v.TakeDistrust(); why != nil {
		return r.refused(element, why.Code, why)
	} else if f != nil {
		return r.refused(element, fault.CodePayloadInvalid, f)
	}
	return core.Delivery{Rule: r.name, Element: element, Topic: topic, Payload: payload}
}

// tooOld says whether the event's time is too long ago. An event without one is never too old.
func (r *Rule) tooOld(v *cloudevent.View, now time.Time) *fault.Error {
	if r.maxAge == 0 || v.Context.Time == nil {
		return nil
	}
	age := now.Sub(v.Context.Time.Time)
	if age <= r.maxAge {
		return nil
	}
	return template.SenderFault("time %s: the event is %s old, the rule takes at most %s",
		v.Attribute("time").Str, age.Round(time.Millisecond), r.maxAge)
}

func (r *Rule) noEach(format string, args ...any) []core.Delivery {
	return []core.Delivery{r.refused(-1, fault.CodeEachInvalid, template.SenderFault(format, args...))}
}

func (r *Rule) refused(element int, code string, f *fault.Error) core.Delivery {
	return core.Delivery{Rule: r.name, Element: element, Err: fault.New(code, f.Actor, "rule %q: %s", r.name, f.Text)}
}
