package suggest

import (
	"testing"
)

func TestNearestName(t *testing.T) {
	known := []string{"name", "pattern", "vars", "each", "where", "topic", "payload", "maximumEventAgeInSeconds"}
	for name, want := range map[string]string{
		"topik": "topic", "Topic": "topic", "topics": "topic", "tpoic": "topic", "nam": "name", "var": "vars", "pattren": "pattern",
		"maximum_event_age_in_seconds": "maximumEventAgeInSeconds", "maximumEventAgeSeconds": "maximumEventAgeInSeconds",
		"target": "", "x": "", "": "", "description": "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct{ name, want string }{
		{"topik", `did you mean "topic"? write one of topic, where`},
		{"input", "write one of topic, where"},
	} {
		if got := Instead(c.name, []string{"topic", "where"}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
