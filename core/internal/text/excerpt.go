package text

import (
	"sendbridge/internal/shorten"
)

// Excerpt is what a line of a message holds of a text.
func Excerpt(s string) string { return shorten.Characters(s, 80) }
