// Package suggest proposes the known name that a user probably meant by an unknown one.
package suggest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Instead returns the end of a message about an unknown name: the known name that was probably meant, and all known names.
func Instead(name string, known []string) string {
	all := "write " + strings.Join(known, ", ")
	if len(known) > 1 {
		all = "write one of " + strings.Join(known, ", ")
	}
	if meant := Nearest(name, known); meant != "" {
		return fmt.Sprintf("did you mean %q? %s", meant, all)
	}
	return all
}

// Nearest returns the known name that was probably meant by name, or an empty string if none is similar.
func Nearest(name string, known []string) string {
	name = PlainName(name)
	best, least := "", 2+len(name)/4
	for _, k := range known {
		if d := levenshtein.ComputeDistance(name, PlainName(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// PlainName normalises a name: spellings that differ only in case and separators become equal.
func PlainName(s string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(s))
}

// Alternatives lists names for a mistake's text: "a", "b" or "c".
func Alternatives(names []string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i > 0 && i == len(names)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(name))
	}
	return b.String()
}
