package suggest

import "testing"

func TestAlternatives(t *testing.T) {
	for want, names := range map[string][]string{
		"":                    nil,
		`"a"`:                 {"a"},
		`"a" or "b"`:          {"a", "b"},
		`"a", "b" or "c"`:     {"a", "b", "c"},
		`"a", "b", "c" or ""`: {"a", "b", "c", ""},
	} {
		if got := Alternatives(names); got != want {
			t.Errorf("%q: %s, want %s", names, got, want)
		}
	}
}

// One name is not one of several.
func TestInsteadOfOneName(t *testing.T) {
	for name, want := range map[string]string{"topik": `did you mean "topic"? write topic`, "x": "write topic"} {
		if got := Instead(name, []string{"topic"}); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// Up to one mistake in a name of three letters is forgiven, two from four, three from eight; at the limit it is not.
func TestNearestForgivesMoreInLongNames(t *testing.T) {
	for name, want := range map[string]string{
		"abX": "abc", "aXY": "", "abXYe": "abcde", "aXYZe": "", "abcdefXYZ": "abcdefghi", "abcdeXYZW": "",
	} {
		if got := Nearest(name, []string{"abc", "abcde", "abcdefghi"}); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := Nearest("ab", []string{"abx", "aby"}); got != "abx" {
		t.Errorf("of two that are equally near not the first: %q", got)
	}
}
