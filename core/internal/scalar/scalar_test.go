package scalar

import "testing"

var kinds = []Kind{Absent, Opaque, Keyword, Number, String, Untyped}

// Only a string and an attribute have text, the attribute in two spellings at most; no spelling is not an empty one.
func TestWhatIsText(t *testing.T) {
	for _, kind := range kinds {
		isText := kind == String || kind == Untyped
		for _, c := range []struct {
			text, other, asked string
			want               bool
		}{
			{"a", "", "a", true}, {"a", "b", "a", true}, {"a", "b", "b", true}, {"a", "b", "c", false}, {"a", "", "", false}, {"", "", "", true},
		} {
			s := Scalar{Kind: kind, Text: c.text, Other: c.other}
			if got := s.IsText(func(text string) bool { return text == c.asked }); got != (c.want && isText) {
				t.Errorf("kind %d, %q or %q: is %q %v", kind, c.text, c.other, c.asked, got)
			}
		}
	}
}

// Only a number and an attribute are numbers, and an attribute only if it spells one.
func TestWhatIsANumber(t *testing.T) {
	for _, kind := range kinds {
		if _, ok := (Scalar{Kind: kind, Text: "12"}).AsDecimal(); ok != (kind == Number || kind == Untyped) {
			t.Errorf("kind %d: %v", kind, ok)
		}
	}
	if _, ok := (Scalar{Kind: Untyped, Text: "x"}).AsDecimal(); ok {
		t.Error("x is a number")
	}
}

func TestWritten(t *testing.T) {
	for want, s := range map[string]Scalar{`"1"`: {Kind: String, Text: "1"}, "1": {Kind: Number, Text: "1"}, "null": {Kind: Keyword, Text: "null"}} {
		if got := s.Written(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
