package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A caseFile holds rule tests. Its paths are relative to the file.
type caseFile struct {
	Rules string     `yaml:"rules"`
	Cases []ruleCase `yaml:"cases"`
	dir   string
}

// A ruleCase is an event, or a batch, and every message that the rules must make of it, in order.
type ruleCase struct {
	Name      string    `yaml:"name"`
	Now       string    `yaml:"now"`       // RFC 3339, for maximumEventAgeInSeconds; the current time if absent
	Ingress   string    `yaml:"ingress"`   // the ingress of the events; http:/ if absent
	Event     any       `yaml:"event"`     // a CloudEvent or a list of them
	EventFile string    `yaml:"eventFile"` // or the path of a file with one of these
	Expect    []message `yaml:"expect"`    // empty: the event is dropped

	at *token.Position // where the case starts
}

// A message is what a rule makes of an event: a topic and a payload, or the code of the error.
type message struct {
	Rule    string `yaml:"rule"`    // if absent, any rule is right
	Topic   string `yaml:"topic"`   //
	Payload any    `yaml:"payload"` // if absent, any payload is right; a string is compared as text, any other value as JSON
	Error   string `yaml:"error"`
}

const (
	writeCases  = "write rules: and the path of the rules file, and cases: and under it a list of tests, see docs/rule-tests.md"
	writeExpect = "write expect: and the messages that the rules must make, or expect: [] if the event must be dropped"
)

// UnmarshalYAML records the position of the case and checks its required keys.
func (c *ruleCase) UnmarshalYAML(n ast.Node) error {
	type fields ruleCase // without this method, which would call itself
	if err := yaml.NodeToValue(n, (*fields)(c), yaml.Strict()); err != nil {
		return err
	}
	c.at = positionOf(n)
	switch {
	case (c.Event == nil) == (c.EventFile == ""):
		return misplaced{c.at, fmt.Sprintf("case %q: want either event or eventFile", c.Name)}
	case c.Expect == nil:
		return misplaced{c.at, fmt.Sprintf("case %q: expect is missing, so the case tests nothing: %s", c.Name, writeExpect)}
	}
	return nil
}

// A misplaced error has a position in the file.
type misplaced struct {
	at   *token.Position
	text string
}

func (m misplaced) Error() string { return m.text }

// positionOf returns the position where a node starts. The token of a mapping is the colon after its first key.
func positionOf(n ast.Node) *token.Position {
	if mapping, ok := n.(*ast.MappingNode); ok && len(mapping.Values) > 0 {
		n = mapping.Values[0].Key
	}
	return n.GetToken().Position
}

// parseCases parses a file of cases. Its errors start with file:line:column.
func parseCases(path string, src []byte) (caseFile, error) {
	file := caseFile{dir: filepath.Dir(path)}
	if err := looksLikeRules(src); err != nil {
		return file, placed(path, err)
	}
	if err := yaml.UnmarshalWithOptions(src, &file, yaml.Strict()); err != nil {
		return file, placed(path, err)
	}
	if file.Rules == "" || len(file.Cases) == 0 {
		return file, placed(path, errors.New("want rules and cases: "+writeCases))
	}
	file.Rules = filepath.Join(file.dir, file.Rules)
	return file, nil
}

// looksLikeRules returns an error if src is a rules file or an event, which users pass by mistake. It accepts text that
// is not YAML: the caller's parser reports that.
func looksLikeRules(src []byte) error {
	var top struct {
		Rules any            `yaml:"rules"`
		Rest  map[string]any `yaml:",inline"`
	}
	if err := yaml.Unmarshal(src, &top); err != nil {
		return nil
	}
	if _, isList := top.Rules.([]any); isList && top.Rest["cases"] == nil {
		return errors.New("this is a rules file, not a file of cases: " + writeCases + "; sendbridge validate checks rules")
	}
	if top.Rest["specversion"] != nil {
		return errors.New("this is an event, not a file of cases: " + writeCases + "; sendbridge render shows what rules make of an event")
	}
	return nil
}

// placed prefixes an error with its position in the file.
func placed(path string, err error) error {
	line, column, text := 1, 1, err.Error()
	var own misplaced
	var syntax yaml.Error
	switch {
	case errors.As(err, &own):
		line, column = own.at.Line, own.at.Column
		text = own.text
	case errors.As(err, &syntax):
		text = syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			line, column = max(1, tk.Position.Line), max(1, tk.Position.Column)
		}
	}
	if key, ok := strings.CutPrefix(text, "unknown field "); ok {
		text = key + " is not a key of a file of cases: the file has rules and cases; a case has name, now, ingress, event, eventFile and expect; a message has rule, topic, payload and error"
	}
	return fmt.Errorf("%s:%d:%d: %s", path, line, column, text)
}
