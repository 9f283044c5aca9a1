package cloudevent

import (
	"testing"
)

func TestEscapeDisallowed(t *testing.T) {
	for text, want := range map[string]string{
		"a/ö %20.png": "a/ö %20.png",
		"a\nb\x00":    "a%0Ab%00",
		"\xff\u0085":  "%FF%C2%85",
		"\ufdd0é":     "%EF%B7%90é",
	} {
		got := EscapeDisallowed(text)
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if err := checkText("subject", got); err != nil {
			t.Error(err)
		}
	}
}
