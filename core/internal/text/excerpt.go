package text

import (
	"sendbridge/internal/shorten"
)

// Excerpt shortens a text for one line of a message.
func Excerpt(s string) string { return shorten.Characters(s, 80) }
