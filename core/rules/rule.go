package rules

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/rules/pattern"
	"sendbridge/core/rules/template"
)

// A Rule decides which events it handles and which message it makes of each, or of each element of an array in it. Rules
// come from Parse and TopicRule and are safe for concurrent use.
type Rule struct {
	name    string
	unwrap  *jsonpath.Path   // nil does not unwrap the data
	pattern *pattern.Pattern // nil matches every event
	each    *jsonpath.Path   // nil makes one message
	where   *pattern.Pattern // nil matches every element
	topic   template.Topic
	payload template.Payload
	maxAge  time.Duration // 0 means no limit
	digest  Digest
}

// TopicRule returns a set of one rule that matches every event and sends the whole event to the topic, a template. The
// error says what is wrong with the topic and what to write instead.
func TopicRule(text string) (*Set, error) {
	const name = "rule-1"
	var wrong []string
	t := template.CompileTopic(text, template.Scope{Rule: name}, func(format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf(format, args...))
	})
	if wrong != nil {
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	return newSet([]Rule{{name: name, topic: t, payload: template.Payload{Form: template.Original}, digest: digestOf(text)}}), nil
}

// CheckTopic returns an error if text is not a topic that messages can be sent to. Placeholders are errors here.
func CheckTopic(text string) error {
	if strings.Contains(text, "${") {
		return fmt.Errorf("topic %q must not contain placeholders: write the whole topic", text)
	}
	_, err := TopicRule(text)
	return err
}

func (r *Rule) matches(v *cloudevent.View) bool {
	if r.pattern == nil {
		return true
	}
	inside := r.inside(v)
	ok := r.pattern.Match(inside)
	v.Pass(inside)
	return ok
}

// inside returns the event with its data unwrapped, or the event itself if the data cannot be unwrapped. Only an event that
// matches the pattern must have data to unwrap, so a failure is not an error here.
func (r *Rule) inside(v *cloudevent.View) *cloudevent.View {
	if r.unwrap == nil {
		return v
	}
	inside, f := r.unwrapped(v)
	if f != nil {
		return v
	}
	return inside
}

// unwrapped returns the event with its data unwrapped. It keeps the event's own Distrust, which other rules may have set.
func (r *Rule) unwrapped(v *cloudevent.View) (*cloudevent.View, *fault.Error) {
	before := v.TakeDistrust()
	inside, f := v.Unwrapped(r.unwrap.Find(v), r.unwrap.Text)
	if before != nil {
		v.Distrust(before)
	}
	return inside, f
}

// explain returns the first clause of the pattern that the event does not match, or "" if the event matches.
func (r *Rule) explain(v *cloudevent.View) string {
	if r.pattern == nil {
		return ""
	}
	inside := r.inside(v)
	mismatch := r.pattern.Explain(inside)
	v.Pass(inside)
	return mismatch
}
