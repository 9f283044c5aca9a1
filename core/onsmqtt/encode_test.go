package onsmqtt

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// reference encodes as Alibaba Cloud's documentation describes it: query escaping with three exceptions.
func reference(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

func escaped(dst []byte, s string) string { return string(appendCanonical(dst, appendForm(nil, s))) }

func TestEscapeOfEveryByte(t *testing.T) {
	for i := range 256 {
		s := string([]byte{byte(i)})
		if got, want := escaped(nil, s), reference(s); got != want {
			t.Errorf("byte %#02x = %q, want %q", i, got, want)
		}
	}
}

func TestEscapeAgreesWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		dst := make([]byte, 3, rapid.IntRange(3, 64).Draw(t, "cap"))
		copy(dst, "abc")
		if got, want := escaped(dst, s), "abc"+reference(s); got != want {
			t.Fatalf("%q = %q, want %q", s, got, want)
		}
	})
}
