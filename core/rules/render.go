package rules

import (
	"cmp"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/template"
)

// maxElements limits the messages that a rule makes of one event, and so the work and memory of one event. The event's
// deadline and the rate limit how many of them are sent at a time. It is below the 90,000 messages that a bridge remembers
// at least, so that retries of the largest event reach its end.
const maxElements = 50_000

// MaxPayload is the maximum size of a message's payload in bytes.
const MaxPayload = template.MaxPayload

// Messages are a rule's messages for one event. Their topics are rendered at once, because the order of messages depends on
// them. A payload is rendered on request. Messages must not be used concurrently.
type Messages struct {
	Deliveries []core.Delivery // without receipts; if a message cannot be rendered, its Err is a *fault.Error
	rule       *Rule
	view       *cloudevent.View
	elements   []string // the elements of each, as JSON
	outside    template.Outside
}

// Messages returns the rule's messages for an event that it matches: one message, or one for each element, in
// order, if the rule has each.
func (r *Rule) Messages(v *cloudevent.View, now time.Time) Messages {
	v.Now = now
	if r.unwrap != nil {
		inside, f := r.unwrapped(v)
		if f != nil {
			return Messages{rule: r, view: v, Deliveries: []core.Delivery{r.refused(-1, fault.CodeInvalidEvent, f)}}
		}
		v = inside
	}
	m := Messages{rule: r, view: v}
	switch f := r.tooOld(v, now); {
	case f != nil:
		m.Deliveries = []core.Delivery{r.refused(-1, fault.CodeEventTooOld, f)}
	case r.each == nil:
		m.Deliveries = []core.Delivery{r.addressed(v, -1, nil)}
	default:
		m.addElements(r.each.Find(v).JSON)
	}
	return m
}

// addElements adds a message for each element that the rule matches. If an element is invalid where the rule reads it, no
// element becomes a message.
func (m *Messages) addElements(array gjson.Result) {
	r, v := m.rule, m.view
	why, place := v.TakeDistrust(), 0
	var outside template.Outside // for the topic
	if array.IsArray() && why == nil {
		array.ForEach(func(_, element gjson.Result) bool {
			wanted := r.wants(v, element, place)
			if why = v.TakeDistrust(); why != nil {
				return false
			}
			if wanted {
				m.elements = append(m.elements, element.Raw)
				m.Deliveries = append(m.Deliveries, r.addressed(v, place, &outside))
			}
			place++
			return len(m.elements) <= maxElements
		})
	}
	switch {
	case why != nil:
		m.Deliveries = []core.Delivery{r.refused(-1, why.Code, why)}
	case !array.Exists():
		m.Deliveries = r.noEach("each: %s is missing: it must be an array", r.each.Text)
	case !array.IsArray():
		m.Deliveries = r.noEach("each: %s is %s: it must be an array", r.each.Text, cloudevent.Value{Kind: cloudevent.JSON, JSON: array}.Describe())
	case len(m.elements) > maxElements:
		m.Deliveries = r.noEach("each: %s has more than %d elements%s: an event can become at most that many messages: send it in parts", r.each.Text, maxElements, r.afterWhere())
	}
}

// wants sets the view's element and reports whether the rule makes a message of it.
func (r *Rule) wants(v *cloudevent.View, element gjson.Result, place int) bool {
	v.SetElement(element, place)
	return r.where == nil || r.where.Match(v)
}

func (r *Rule) afterWhere() string {
	if r.where == nil {
		return ""
	}
	return " that match where"
}

// addressed returns a message with its topic. Most topics fit a buffer on the stack.
func (r *Rule) addressed(v *cloudevent.View, element int, o *template.Outside) core.Delivery {
	var room [256]byte
	topic, f := r.topic.Render(room[:0], v, o)
	if why := v.TakeDistrust(); why != nil {
		f = why
	}
	if f != nil {
		return r.refused(element, fault.CodeTopicInvalid, f)
	}
	return core.Delivery{Rule: r.name, Element: element, Topic: topic}
}

// RenderPayload renders the payload of a message whose Err is nil. It sets Err if that fails.
func (m *Messages) RenderPayload(i int) {
	d := &m.Deliveries[i]
	var o *template.Outside
	if d.Element >= 0 {
		o = &m.outside
		m.view.SetElement(gjson.Parse(m.elements[i]), d.Element)
	}
	var room [2048]byte
	payload, f := m.rule.payload.Render(room[:0], m.view, o)
	if why := m.view.TakeDistrust(); why != nil {
		f = why
	}
	if f != nil {
		*d = m.rule.refused(d.Element, fault.CodePayloadInvalid, f)
		return
	}
	d.Payload = payload
}

// Forget frees the parts of payloads that RenderPayload keeps for an event's other elements.
func (m *Messages) Forget() { m.outside = template.Outside{} }

// Render renders all messages of the rule at once. A message that cannot be rendered does not stop the others.
func (r *Rule) Render(v *cloudevent.View, now time.Time) []core.Delivery {
	m := r.Messages(v, now)
	for i := range m.Deliveries {
		if m.Deliveries[i].Err == nil {
			m.RenderPayload(i)
		}
	}
	return m.Deliveries
}

// tooOld returns a fault if the event's time is too long ago. An event without a time is never too old.
func (r *Rule) tooOld(v *cloudevent.View, now time.Time) *fault.Error {
	if r.maxAge == 0 || v.Context.Time == nil {
		return nil
	}
	age := now.Sub(v.Context.Time.Time)
	if age <= r.maxAge {
		return nil
	}
	return template.SenderFault("time %s: the event is %s old, the rule accepts at most %s",
		v.Attribute("time").Str, age.Round(time.Millisecond), r.maxAge)
}

func (r *Rule) noEach(format string, args ...any) []core.Delivery {
	return []core.Delivery{r.refused(-1, fault.CodeEachInvalid, template.SenderFault(format, args...))}
}

// refused returns a message that cannot be rendered. The fault's own code takes precedence over code.
func (r *Rule) refused(element int, code string, f *fault.Error) core.Delivery {
	return core.Delivery{Rule: r.name, Element: element, Err: fault.New(cmp.Or(f.Code, code), f.Actor, "rule %q: %s", r.name, f.Text)}
}
