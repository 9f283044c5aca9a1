package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// run returns the differences between the messages that the rules make of the case's events and those that it expects.
func (c *ruleCase) run(set *rules.Set, dir string) ([]string, error) {
	records, err := c.records(dir)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if c.Now != "" {
		if now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return nil, fmt.Errorf("now: %q: want an RFC 3339 time, such as 2026-01-02T15:04:05Z", c.Now)
		}
	}
	var got []message
	for i := range records {
		records[i].Ingress = cmp.Or(c.Ingress, records[i].Ingress)
		got = append(got, messagesOf(set, &records[i], now)...)
	}
	return compare(c.Expect, got), nil
}

func (c *ruleCase) records(dir string) ([]core.Record, error) {
	if c.EventFile != "" {
		path := filepath.Join(dir, c.EventFile)
		payload, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return decodeEvents(path, payload)
	}
	payload, err := json.Marshal(c.Event)
	if err != nil {
		return nil, err
	}
	return decodeEvents("event", payload)
}

func messagesOf(set *rules.Set, r *core.Record, now time.Time) []message {
	plans, err := set.Plans(r, now)
	if err != nil {
		return []message{{Error: code(err)}}
	}
	var list []message
	for _, p := range plans {
		for _, d := range p.Deliveries {
			m := message{Rule: p.Rule, Topic: d.Topic, Payload: d.Payload}
			if d.Err != nil {
				m = message{Rule: p.Rule, Error: code(d.Err)}
			}
			list = append(list, m)
		}
	}
	return list
}

func code(err error) string {
	return cmp.Or(fault.Of(err).Code, err.Error())
}

func compare(want, got []message) (differences []string) {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			differences = append(differences, fmt.Sprintf("message %d: want %s, got none", i+1, want[i]))
		case i >= len(want):
			differences = append(differences, fmt.Sprintf("message %d: want none, got %s", i+1, got[i]))
		case !want[i].accepts(got[i]):
			differences = append(differences, fmt.Sprintf("message %d: want %s, got %s", i+1, want[i], got[i]))
		}
	}
	return differences
}

func (m message) accepts(got message) bool {
	if m.Topic != got.Topic || m.Error != got.Error || m.Rule != "" && m.Rule != got.Rule {
		return false
	}
	text, isText := m.Payload.(string)
	switch {
	case m.Payload == nil:
		return true
	case isText:
		return got.Payload == text
	}
	sent, _ := got.Payload.(string)
	return reflect.DeepEqual(normalJSON(m.Payload), parseJSON(sent))
}

// normalJSON converts a value that YAML decoded to the types that encoding/json would have used.
func normalJSON(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return parseJSON(string(text))
}

func parseJSON(text string) (v any) {
	if json.Unmarshal([]byte(text), &v) != nil {
		return errors.New("not JSON")
	}
	return v
}

func (m message) String() string {
	if m.Error != "" {
		return fmt.Sprintf("error %s of rule %q", m.Error, m.Rule)
	}
	if text, ok := m.Payload.(string); ok || m.Payload == nil {
		return fmt.Sprintf("rule %q, topic %q, payload %s", m.Rule, m.Topic, text)
	}
	text, _ := json.Marshal(m.Payload)
	return fmt.Sprintf("rule %q, topic %q, payload %s", m.Rule, m.Topic, text)
}
