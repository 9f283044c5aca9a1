package functions

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// A RulesDiff lists the names of rules and inlets that differ between two sets of rules. The zero value means that they
// handle every event alike.
type RulesDiff struct {
	Rules, Inlets NamesDiff
	Reordered     bool // the common rules are in another order
}

// A NamesDiff lists names in alphabetical order.
type NamesDiff struct {
	Added, Changed, Removed []string
}

// diffRules compares two sources of valid rules. It ignores comments, white space and quotes.
func diffRules(before, after Rules) RulesDiff {
	old, now := outlineOf(before), outlineOf(after)
	kept := func(names []string, other map[string]any) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, both := other[name]; return !both })
	}
	return RulesDiff{
		Rules:     diffNames(old.rules, now.rules),
		Inlets:    diffNames(old.inlets, now.inlets),
		Reordered: !slices.Equal(kept(old.order, now.rules), kept(now.order, old.rules)),
	}
}

// An outline holds the content of each rule and inlet of a file, by name.
type outline struct {
	order         []string
	rules, inlets map[string]any
}

func outlineOf(r Rules) outline {
	var file struct {
		Rules  []any          `yaml:"rules"`
		Inlets map[string]any `yaml:"inlets"`
	}
	o := outline{order: r.List.Names(), rules: map[string]any{}}
	if r.Source == nil || yaml.Unmarshal(bytes.TrimPrefix(r.Source, []byte("\ufeff")), &file) != nil || len(file.Rules) != len(o.order) {
		for _, name := range o.order {
			o.rules[name] = r.Hash // nothing else is known
		}
		return o
	}
	for i, name := range o.order {
		o.rules[name] = file.Rules[i]
	}
	o.inlets = file.Inlets
	return o
}

func diffNames(before, after map[string]any) (d NamesDiff) {
	for name, now := range after {
		if was, ok := before[name]; !ok {
			d.Added = append(d.Added, name)
		} else if !reflect.DeepEqual(was, now) {
			d.Changed = append(d.Changed, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			d.Removed = append(d.Removed, name)
		}
	}
	slices.Sort(d.Added)
	slices.Sort(d.Changed)
	slices.Sort(d.Removed)
	return d
}

// String returns a line such as "rules: changed door; added alert, push".
func (d RulesDiff) String() string {
	var parts []string
	for _, of := range []struct {
		what string
		NamesDiff
	}{{"rules", d.Rules}, {"inlets", d.Inlets}} {
		var list []string
		for _, kind := range []struct {
			word  string
			names []string
		}{{"changed", of.Changed}, {"added", of.Added}, {"removed", of.Removed}} {
			if len(kind.names) > 0 {
				list = append(list, kind.word+" "+shortList(kind.names))
			}
		}
		if list != nil {
			parts = append(parts, of.what+": "+strings.Join(list, "; "))
		}
	}
	if d.Reordered {
		parts = append(parts, "order changed")
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, "; ")
}

// shortList joins the first names of a list that may have thousands.
func shortList(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
