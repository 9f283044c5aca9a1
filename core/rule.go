package core

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Rule says which events it wants and what message becomes of each, or of each element of an array in it. Rules come
// from ParseRules and TopicRule; they are safe for concurrent use.
type Rule struct {
	name    string
	pattern *pattern // nil wants every event
	each    *path    // nil makes one message
	where   *pattern // nil wants every element
	topic   topic
	payload payload
	maxAge  time.Duration // 0 takes events of any age
}

// TopicRule returns a set of one rule, which wants every event and sends it whole to the topic, which is a template. The error says
// what is wrong with the topic and what to write instead.
func TopicRule(text string) (*Set, error) {
	var wrong []string
	t := compileTopic(text, scope{}, func(format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf(format, args...))
	})
	if wrong != nil {
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	return &Set{rules: []Rule{{name: "rule-1", topic: t, payload: payload{form: original}}}}, nil
}

func (r *Rule) matches(v *view) bool {
	return r.pattern == nil || r.pattern.match(v)
}

// explain returns the first clause of the pattern that the event fails; empty if it matches.
func (r *Rule) explain(v *view) string {
	if r.pattern == nil {
		return ""
	}
	return r.pattern.explain(v)
}
