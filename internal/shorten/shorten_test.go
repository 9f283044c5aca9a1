package shorten_test

import (
	"strings"
	"testing"

	"sendbridge/internal/shorten"
)

func TestShortTextsStayAsTheyAre(t *testing.T) {
	for _, s := range []string{"", "door", "déjà", "\xff"} {
		if got := shorten.Characters(s, 4); got != s {
			t.Errorf("Characters(%q) is %q", s, got)
		}
		if got := shorten.Bytes(s, 6); got != s {
			t.Errorf("Bytes(%q) is %q", s, got)
		}
	}
}

func TestLongTextsAreCutBetweenCharacters(t *testing.T) {
	if got := shorten.Characters("déjà vu", 5); got != "déjà…" {
		t.Errorf("Characters: %q", got)
	}
	for most, want := range map[int]string{1: "d…", 2: "d…", 3: "dé…"} {
		if got := shorten.Bytes("déjà vu", most); got != want {
			t.Errorf("Bytes %d: %q, want %q", most, got, want)
		}
	}
	if got := shorten.Bytes(strings.Repeat("x", 1<<20), 1000); len(got) != 1000+len("…") {
		t.Errorf("%d bytes", len(got))
	}
}
