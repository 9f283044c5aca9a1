package core

import (
	"fmt"
	"strings"
)

// nearest is the end of a message about an unknown name: the known one that was likely meant, and all of them.
func nearest(name string, known []string) string {
	all := "write " + strings.Join(known, ", ")
	if len(known) > 1 {
		all = "write one of " + strings.Join(known, ", ")
	}
	if meant := Nearest(name, known); meant != "" {
		return fmt.Sprintf("did you mean %q? %s", meant, all)
	}
	return all
}

// Nearest returns the known name that was likely meant by name, and nothing if none is near.
func Nearest(name string, known []string) string {
	name = plainName(name)
	best, least := "", 2+len(name)/4
	for _, k := range known {
		if d := editDistance(name, plainName(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// plainName makes spellings that differ in case and separators alone the same.
func plainName(s string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(s))
}

// editDistance counts the bytes to insert, delete or replace to make a into b (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
