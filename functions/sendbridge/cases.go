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

	"github.com/goccy/go-yaml"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// A caseFile holds rule tests. Paths in it are relative to it.
type caseFile struct {
	Rules string     `yaml:"rules"`
	Cases []ruleCase `yaml:"cases"`
	dir   string
}

// A ruleCase is an event, or a batch, and every message that the rules must make of it, in order.
type ruleCase struct {
	Name      string    `yaml:"name"`
	Now       string    `yaml:"now"`       // RFC 3339, for maximumEventAgeInSeconds; the clock's when absent
	Event     any       `yaml:"event"`     // a CloudEvent or a list of them
	EventFile string    `yaml:"eventFile"` // or a file with them
	Expect    []message `yaml:"expect"`    // empty: the event is dropped
}

// A message is what a rule made of an event: topic and payload, or the code of why it could not.
type message struct {
	Rule    string `yaml:"rule"`    // any when expected without
	Topic   string `yaml:"topic"`   //
	Payload any    `yaml:"payload"` // any when expected without; text is compared as text, all else as JSON
	Error   string `yaml:"error"`
}

func readCases(path string) (caseFile, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return caseFile{}, err
	}
	file := caseFile{dir: filepath.Dir(path)}
	if err := yaml.UnmarshalWithOptions(src, &file, yaml.Strict()); err != nil {
		return caseFile{}, fmt.Errorf("%s:%w", path, err)
	}
	if file.Rules == "" || len(file.Cases) == 0 {
		return caseFile{}, fmt.Errorf("%s: want rules: the rules file, and cases: a list of tests", path)
	}
	file.Rules = filepath.Join(file.dir, file.Rules)
	return file, nil
}

// run returns how what the rules make of the case's events differs from what it expects.
func (c *ruleCase) run(set *rules.Set, dir string) ([]string, error) {
	records, err := c.records(dir)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if c.Now != "" {
		if now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return nil, err
		}
	}
	var got []message
	for i := range records {
		got = append(got, messagesOf(set, &records[i], now)...)
	}
	return compare(c.Expect, got), nil
}

func (c *ruleCase) records(dir string) ([]core.Record, error) {
	if (c.Event == nil) == (c.EventFile == "") {
		return nil, errors.New("want one of event and eventFile")
	}
	var payload []byte
	var err error
	if c.EventFile != "" {
		payload, err = os.ReadFile(filepath.Join(dir, c.EventFile))
	} else {
		payload, err = json.Marshal(c.Event)
	}
	if err != nil {
		return nil, err
	}
	return decodeEvents(payload)
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

// normalJSON brings what YAML made of a value to what JSON would have made of it.
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
