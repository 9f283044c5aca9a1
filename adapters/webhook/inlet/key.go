package inlet

import (
	"maps"
	"slices"

	"sendbridge/core/rules"
)

// settings are the values of a verifier's own keys: texts, one for most.
type settings map[string][]string

// text is the value of a key; empty where the file has none.
func (s settings) text(key string) string {
	if values := s[key]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// on says whether a key is switched on.
func (s settings) on(key string) bool { return len(s[key]) > 0 }

// over returns the settings with those of a preset where the file has none.
func (s settings) over(preset settings) settings {
	all := maps.Clone(preset)
	maps.Copy(all, s)
	return all
}

// A key is one of an inlet's keys that not every verifier has.
type key struct {
	name string
	want string // what to write where it is missing; empty for a key that may be left out
	read reader
}

// A reader reads the value of a key and notes what is wrong with it.
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

// ownKeys are the keys of all verifiers; of those with one name the first.
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
