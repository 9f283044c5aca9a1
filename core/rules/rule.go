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

// A Rule says which events it wants and what message becomes of each, or of each element of an array in it. Rules come
// from Parse and TopicRule; they are safe for concurrent use.
type Rule struct {
	name    string
	unwrap  *jsonpath.Path   // nil leaves the data as it is
	pattern *pattern.Pattern // nil wants every event
	each    *jsonpath.Path   // nil makes one message
	where   *pattern.Pattern // nil wants every element
	topic   template.Topic
	payload template.Payload
	maxAge  time.Duration // 0 takes events of any age
	digest  Digest
}

// TopicRule returns a set of one rule, which wants every event and sends it whole to the topic, which is a template. The
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

// CheckTopic says what is wrong with a topic that is written out: it is one to which messages may go.
func CheckTopic(text string) error {
	if strings.Contains(text, "${") {
		return fmt.Errorf("topic %q: no event fills a placeholder here: write the topic out", text)
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
	if inside != v {
		v.Pass(inside)
	}
	return ok
}

// inside is what the rule's pattern looks at: the event with its data unwrapped, or as it is where that can't be done. An event
// of another kind need not have anything to unwrap: only of one that matches it is an error.
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

// unwrapped is the event with its data unwrapped. What other rules have found in the event stays noted there.
func (r *Rule) unwrapped(v *cloudevent.View) (*cloudevent.View, *fault.Error) {
	before := v.TakeDistrust()
	inside, f := v.Unwrapped(r.unwrap.Find(v), r.unwrap.Text)
	if before != nil {
		v.Distrust(before)
	}
	return inside, f
}

// explain returns the first clause of the pattern that the event fails; empty if it matches.
func (r *Rule) explain(v *cloudevent.View) string {
	if r.pattern == nil {
		return ""
	}
	return r.pattern.Explain(r.inside(v))
}
