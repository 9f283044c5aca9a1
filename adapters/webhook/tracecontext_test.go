package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core/rules"
)

const (
	parent      = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	otherParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
)

// traceOf returns the traceparent and tracestate of each valid event of a request.
func traceOf(t *testing.T, body string, headers ...string) (list []string) {
	t.Helper()
	records, err := webhook.Decode(newRequest(body, headers...))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if r.Err != nil {
			continue
		}
		m := attributesOf(t, r.Event)
		list = append(list, m["traceparent"]+" "+m["tracestate"])
	}
	return list
}

// states returns a tracestate with n members.
func states(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("k%d=1", i))
	}
	return strings.Join(list, ",")
}

func TestTraceContextOfHeaders(t *testing.T) {
	for _, c := range []struct {
		name, traceparent, tracestate string
		want                          string
	}{
		{"none", "", "", " "},
		{"parent", parent, "", parent + " "},
		{"both", parent, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7", parent + " congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"},
		{"state alone", "", "a=b", " "},
		{"short", parent[:54], "a=b", " "},
		{"longer than its version", parent + "-", "", parent + " "},
		{"capitals", strings.ToUpper(parent), "", " "},
		{"no hexadecimal", strings.Replace(parent, "af", "ag", 1), "", " "},
		{"zero trace", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "", " "},
		{"zero parent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "", " "},
		{"no hyphens", strings.ReplaceAll(parent, "-", "_"), "", " "},
		{"forbidden version", "ff" + parent[2:], "", " "},
		{"version to come", "cc" + parent[2:53] + "ff", "", parent[:53] + "03 "},
		{"version to come, not sampled", "01" + parent[2:53] + "08", "", parent[:53] + "00 "},
		{"version to come with more", "cc" + parent[2:] + "-what", "", parent + " "},
		{"version to come with an invalid field", "cc" + parent[2:] + "what", "", " "},

		{"state with spaces", parent, " a=1 ,\tb=2 ,, ", parent + " a=1,b=2"},
		{"state with a tenant", parent, "0t_-*/@s=~!", parent + " 0t_-*/@s=~!"},
		{"state of 32", parent, states(32), parent + " " + states(32)},
		{"state of 33", parent, states(33), parent + " "},
		{"state with a key twice", parent, "a=1,a=2", parent + " "},
		{"state without value", parent, "a=1,b=", parent + " "},
		{"state without =", parent, "a=1,b", parent + " "},
		{"state with two =", parent, "a=1=2", parent + " "},
		{"state with a tab", parent, "a=1\t2", parent + " "},
		{"state beyond ASCII", parent, "a=é", parent + " "},
		{"state key in capitals", parent, "A=1", parent + " "},
		{"state key that starts with a digit", parent, "1a=1", parent + " "},
		{"state key without system", parent, "a@=1", parent + " "},
		{"state key without tenant", parent, "@a=1", parent + " "},
		{"state key with two systems", parent, "a@b@c=1", parent + " "},
		{"state key of 256", parent, strings.Repeat("a", 256) + "=1", parent + " " + strings.Repeat("a", 256) + "=1"},
		{"state key of 257", parent, strings.Repeat("a", 257) + "=1", parent + " "},
		{"state value of 256", parent, "a=" + strings.Repeat("v", 256), parent + " a=" + strings.Repeat("v", 256)},
		{"state value of 257", parent, "a=" + strings.Repeat("v", 257), parent + " "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := traceOf(t, "", binaryHeaders("traceparent: "+c.traceparent, "tracestate: "+c.tracestate)...)
			if diff := cmp.Diff([]string{c.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTraceContextGivenTwice(t *testing.T) {
	if got := traceOf(t, "", binaryHeaders("traceparent: "+parent, "traceparent: "+otherParent)...); got[0] != " " {
		t.Errorf("two parents: got %q", got)
	}
	if got := traceOf(t, "", binaryHeaders("traceparent: "+parent, "tracestate: a=1", "tracestate: b=2,c=3")...); got[0] != parent+" a=1,b=2,c=3" {
		t.Errorf("two states: got %q", got)
	}
}

// An event's own trace context takes precedence; in binary mode it is in ce-traceparent.
func TestAnEventsOwnTraceContextWins(t *testing.T) {
	header := []string{"traceparent: " + parent, "tracestate: a=1"}
	with := func(members string) string { return whole + members + `}` }
	for _, c := range []struct {
		name, body string
		headers    []string
		want       []string
	}{
		{"binary", "", binaryHeaders("ce-traceparent: " + otherParent), []string{otherParent + " "}},
		{"binary, both", "", binaryHeaders("ce-traceparent: "+otherParent, "ce-tracestate: b=2"), []string{otherParent + " b=2"}},
		{"binary, state alone", "", binaryHeaders("ce-tracestate: b=2"), []string{parent + " b=2"}},
		{"structured", with(`,"traceparent":"` + otherParent + `"`), []string{"Content-Type: " + structuredType}, []string{otherParent + " "}},
		{"structured, none", with(``), []string{"Content-Type: " + structuredType}, []string{parent + " a=1"}},
		{"batch", `[` + with(``) + `,` + with(`,"traceparent":"`+otherParent+`"`) + `,3,{}]`, []string{"Content-Type: " + batchType},
			[]string{parent + " a=1", otherParent + " "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, traceOf(t, c.body, append(c.headers, header...)...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTraceContextIsPartOfOriginal(t *testing.T) {
	records, err := webhook.Decode(newRequest("", binaryHeaders("traceparent: "+parent, "tracestate: a=1")...))
	if err != nil {
		t.Fatal(err)
	}
	rule, err := rules.TopicRule("a/b")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := rule.Plans(&records[0], records[0].Event.Time())
	if err != nil {
		t.Fatal(err)
	}
	const want = whole + `,"traceparent":"` + parent + `","tracestate":"a=1","sendbridgehops":1}`
	if diff := cmp.Diff(want, plans[0].Deliveries[0].Payload); diff != "" {
		t.Error(diff)
	}
}

// An inlet's events have the trace context of their request, too.
func TestTraceContextAtInlets(t *testing.T) {
	for _, c := range []struct {
		name, inlet, mediaType, body string
		want                         int
	}{
		{"a webhook", "verify: bearer, type: t", "application/json", `{"a":1}`, 1},
		{"lines", "verify: bearer, type: t", "application/x-ndjson", "{}\n[]", 2},
		{"event grid", "verify: eventgrid", "application/json", `[{"id":"a","subject":"s","eventType":"t"}]`, 1},
	} {
		spec := specOf(t, "{secretEnv: S, "+c.inlet+"}")
		records, err := webhook.DecodeInlet(&spec, postTo("/in/in", c.body, "Content-Type: "+c.mediaType, "traceparent: "+parent, "tracestate: a=1"))
		if err != nil || len(records) != c.want {
			t.Fatalf("%s: %d records, %v", c.name, len(records), err)
		}
		for _, r := range records {
			if m := attributesOf(t, r.Event); m["traceparent"] != parent || m["tracestate"] != "a=1" {
				t.Errorf("%s: %v", c.name, m)
			}
		}
	}
}
