package pattern

import (
	"strings"
	"testing"
)

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		wildcard            string
		matches, mismatches []string
	}{
		{`a*b`, []string{"ab", "axb", "abb", "a*b", "a\nb"}, []string{"", "a", "b", "aba", "xab"}},
		{`*`, []string{"", "x", "**"}, nil},
		{`*a*`, []string{"a", "xax", "aa"}, []string{"", "x"}},
		{`a*`, []string{"a", "ab"}, []string{"", "ba"}},
		{`*ab*ab`, []string{"abab", "ababab", "xabyab"}, []string{"ab", "aab", "abx"}},
		{`ab*ba`, []string{"abba", "abxba"}, []string{"aba"}},
		{`*aab*`, []string{"aaab"}, nil},
		{`a\*b`, []string{"a*b"}, []string{"axb", `a\*b`}},
		{`a\\*`, []string{`a\`, `a\x`}, []string{"a", "a*"}},
		{`*\**`, []string{"*", "x*x"}, []string{"", "x"}},
		{`é*😀`, []string{"é😀", "éx😀"}, []string{"e😀"}},
		{`plain`, []string{"plain"}, []string{"plainx", "xplain", ""}},
	} {
		w, err := parseWildcard(c.wildcard)
		if err != nil {
			t.Errorf("%s: %v", c.wildcard, err)
			continue
		}
		for _, s := range c.matches {
			if !w.match(s) {
				t.Errorf("%s does not match %q", c.wildcard, s)
			}
		}
		for _, s := range c.mismatches {
			if w.match(s) {
				t.Errorf("%s matches %q", c.wildcard, s)
			}
		}
	}
}

func TestWildcardMistakes(t *testing.T) {
	for _, s := range []string{`**`, `a**b`, `a***`, `**a`, `a\`, `\a`, `\\\`, `*\n`} {
		if w, err := parseWildcard(s); err == nil {
			t.Errorf("%s is read as %q", s, w)
		} else if text := err.Error(); !strings.Contains(text, "write") {
			t.Errorf("%s: %q does not say what to write", s, text)
		}
	}
}
