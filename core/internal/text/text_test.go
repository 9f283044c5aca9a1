package text

import (
	"strings"
	"testing"
)

// Only what JSON demands is escaped: payloads are short of room.
func TestJSONStringsEscapeWhatJSONDemands(t *testing.T) {
	for s, want := range map[string]string{
		"":                 `""`,
		"a b!~ü€😀<&>/\x7f": "\"a b!~ü€😀<&>/\x7f\"",
		`"`:                `"\""`,
		`a"b\c`:            `"a\"b\\c"`,
		"\b\f\n\r\t":       `"\b\f\n\r\t"`,
		"x\x00\x0b\x1fy":   `"x\u0000\u000b\u001fy"`,
	} {
		if got := string(AppendJSONString([]byte("[]"), s)); got != "[]"+want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

func TestIsJSONScalar(t *testing.T) {
	for s, want := range map[string]bool{
		"0": true, "9": true, "-1": true, "1.5e3": true, "true": true, "false": true, "null": true,
		"": false, "-": false, "01": false, "True": false, "tru": false, "nul": false, `"a"`: false, "{}": false, "[]": false, " 1": false, "+1": false, "a": false,
	} {
		if IsJSONScalar(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

// Each range of characters is tried at both ends and beside them.
func TestCharactersOfNames(t *testing.T) {
	for _, r := range "azAZ09_-mM5" {
		if !IsNameRune(r) || NotNameRune(r) {
			t.Errorf("%q may not be in a name", r)
		}
	}
	for _, r := range "`{@[/:.+ ^,ü\x00" {
		if IsNameRune(r) || !NotNameRune(r) {
			t.Errorf("%q may be in a name", r)
		}
	}
	for name, want := range map[string]bool{
		"": true, "a": true, "z": true, "0": true, "9": true, "az09": true,
		"`": false, "{": false, "/": false, ":": false, "aA": false, "Aa": false, "a-b": false, "ü": false,
	} {
		if LowerAlphanumeric(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

// The offset is that of the byte which is wrong; U+FFFD itself is right.
func TestInvalidUTF8(t *testing.T) {
	for s, want := range map[string]int{
		"": -1, "aü€😀": -1, "\ufffd": -1, "a\ufffdb": -1,
		"\xff": 0, "a\xffb": 1, "ü\xffx": 2, "\ufffd\xff": 3, "a\xed\xa0\x80": 1, "€\xe2\x82": 3,
	} {
		if got := InvalidUTF8(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestExcerptsAreEightyCharacters(t *testing.T) {
	if s := strings.Repeat("ü", 80); Excerpt(s) != s {
		t.Error("80 characters are cut")
	}
	if got := Excerpt(strings.Repeat("ü", 81)); len([]rune(got)) > 81 || !strings.HasPrefix(got, strings.Repeat("ü", 79)) || !strings.HasSuffix(got, "…") {
		t.Errorf("81 characters are %s", got)
	}
}
