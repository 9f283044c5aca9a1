package inlet

import (
	"maps"
	"slices"

	"sendbridge/core/rules"
)

// settings are the values of a verifier's own keys. Most have one string.
type settings map[string][]string

// text returns the value of a key, or an empty string if the file has none.
func (s settings) text(key string) string {
	if values := s[key]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// on reports whether a key is switched on.
func (s settings) on(key string) bool { return len(s[key]) > 0 }

// over returns the settings, completed by those of a preset.
func (s settings) over(preset settings) settings {
	all := maps.Clone(preset)
	maps.Copy(all, s)
	return all
}

// A key is a key of an inlet that only some verifiers have.
type key struct {
	name string
	want string // what to write if it is missing; empty for an optional key
	read reader
}

// A reader reads the value of a key and reports its mistakes.
type reader func(n rules.Node, key string, spec *Spec) []string

func readText(n rules.Node, key string, _ *Spec) []string { return []string{n.Text(key)} }

func readSwitch(n rules.Node, key string, _ *Spec) []string {
	if n.Bool(key) {
		return []string{"true"}
	}
	return nil
}

func readWord(words ...string) reader {
	return func(n rules.Node, key string, _ *Spec) []string { return []string{n.Word(key, words...)} }
}

// ownKeys returns the keys of all verifiers, each name once.
func ownKeys() []key {
	var list []key
	for _, v := range verifiers {
		for _, k := range v.keys {
			if !slices.ContainsFunc(list, func(known key) bool { return known.name == k.name }) {
				list = append(list, k)
			}
		}
	}
	return list
}
