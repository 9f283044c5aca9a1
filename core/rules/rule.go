package rules

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/rules/pattern"
	"sendbridge/core/rules/template"
)

// A Rule says which events it wants and what message becomes of each, or of each element of an array in it. Rules come
// from Parse and TopicRule; they are safe for concurrent use.
type Rule struct {
	name    string
	pattern *pattern.Pattern // nil wants every event
	each    *jsonpath.Path   // nil makes one message
	where   *pattern.Pattern // nil wants every element
	topic   template.Topic
	payload template.Payload
	maxAge  time.Duration // 0 takes events of any age
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
	return newSet([]Rule{{name: name, topic: t, payload: template.Payload{Form: template.Original}}}), nil
}

func (r *Rule) matches(v *cloudevent.View) bool {
	return r.pattern == nil || r.pattern.Match(v)
}

// explain returns the first clause of the pattern that the event fails; empty if it matches.
func (r *Rule) explain(v *cloudevent.View) string {
	if r.pattern == nil {
		return ""
	}
	return r.pattern.Explain(v)
}
