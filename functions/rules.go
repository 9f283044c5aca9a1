package functions

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/rules"
)

// Rules holds the rules that a configuration names.
type Rules struct {
	List   *rules.Set
	Inlets []inlet.Spec // the inlets
	From   string       // where they were read from, for people
	Hash   string       // hash of their text, to distinguish the rules of two deployments
	Source []byte       // their text; nil for SENDBRIDGE_TOPIC
}

// LoadRules reads the rules that a configuration names, or sendbridge.yaml in dir if it exists.
func LoadRules(c *Config, dir string) (Rules, error) {
	switch {
	case c.Topic != "":
		rule, err := rules.TopicRule(c.Topic)
		if err != nil {
			return Rules{}, fmt.Errorf("SENDBRIDGE_TOPIC: %w", err)
		}
		return Rules{List: rule, From: "SENDBRIDGE_TOPIC", Hash: hash([]byte(c.Topic))}, nil
	case c.Rules != "":
		return ParseRules("SENDBRIDGE_RULES", []byte(c.Rules))
	case c.RulesFile != "":
		list, err := RulesFile(c.RulesFile)
		if mistakes := (rules.Mistakes)(nil); err != nil && !errors.As(err, &mistakes) {
			err = fmt.Errorf("SENDBRIDGE_RULES_FILE: %w", err)
		}
		return list, err
	}
	rules, err := RulesFile(filepath.Join(dir, "sendbridge.yaml"))
	if errors.Is(err, os.ErrNotExist) {
		return Rules{}, errors.New("no rules: set SENDBRIDGE_TOPIC (one topic for every event), SENDBRIDGE_RULES or SENDBRIDGE_RULES_FILE, or put a sendbridge.yaml beside the binary")
	}
	return rules, err
}

// RulesFile reads a rules file. The error is a rules.Mistakes if the file could be read.
func RulesFile(path string) (Rules, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return Rules{}, err
	}
	return ParseRules(path, src)
}

// ParseRules parses rules. from is the name of the file in mistakes.
func ParseRules(from string, src []byte) (Rules, error) {
	var inlets []inlet.Spec
	list, err := rules.Parse(from, src, inlet.Section(&inlets))
	return Rules{List: list, Inlets: inlets, From: from, Hash: hash(src), Source: src}, err
}

// RulesHash returns the Hash of Rules with a source.
func RulesHash(src []byte) string { return hash(src) }

func hash(src []byte) string {
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:6])
}
