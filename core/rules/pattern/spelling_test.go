package pattern

import (
	"testing"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// A source with two valid spellings is matched and excluded in both.
func TestSourcesMatchInEitherSpelling(t *testing.T) {
	for _, c := range []struct {
		source, pattern string
		want            bool
	}{
		{"/工厂", `{source: ["/工厂"]}`, true},
		{"/工厂", `{source: ["/%E5%B7%A5%E5%8E%82"]}`, true},
		{"/%E5%B7%A5%E5%8E%82", `{source: ["/工厂"]}`, true},
		{"/%E5%B7%A5%E5%8E%82", `{source: [{prefix: "/%E5"}]}`, true},
		{"/a b", `{source: ["/a%20b"]}`, true},
		{"/a b", `{source: [{wildcard: "/a *"}]}`, true},
		{"/a b", `{source: [{anything-but: ["/a%20b"]}]}`, false},
		{"/a%20b", `{source: [{anything-but: {prefix: "/a b"}}]}`, false},
		{"/a b", `{source: [{anything-but: ["/b"]}]}`, true},
		{"/a%2Fb", `{source: ["/a/b"]}`, false},
		{"/a b", `{subject: ["/a%20b"]}`, false}, // a subject is text, not a URI
	} {
		e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","type":"t","source":"` + c.source + `","subject":"` + c.source + `"}`))
		if err != nil {
			t.Fatal(err)
		}
		v, err := cloudevent.NewView(&core.Record{Event: e})
		if err != nil {
			t.Fatal(err)
		}
		if got := mustPattern(t, c.pattern, false).Match(v); got != c.want {
			t.Errorf("%s against %s: %v", c.source, c.pattern, got)
		}
	}
}
