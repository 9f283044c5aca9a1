// Package rulestest helps tests: it parses rules, makes events for them, and checks the messages of the rules.
package rulestest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// Noon is the time at which tests render.
var Noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// Parse parses a rules file that must be valid.
func Parse(t testing.TB, yaml string) *rules.Set {
	t.Helper()
	set, err := rules.Parse("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Event returns an event with specversion, id, source, type, and the members of a JSON object.
func Event(t testing.TB, members string) *core.Record {
	t.Helper()
	if members != "" {
		members = "," + members
	}
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"42","source":"/s","type":"created"` + members + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return &core.Record{Event: e, Ingress: "http:/"}
}

// Messages returns the messages of one rule for an event that must match it.
func Messages(t testing.TB, rule string, r *core.Record) []core.Delivery {
	t.Helper()
	return MessagesOf(t, Parse(t, "rules:\n- "+rule), r)
}

// MessagesOf returns the messages of a set's first rule for an event that must match it.
func MessagesOf(t testing.TB, set *rules.Set, r *core.Record) []core.Delivery {
	t.Helper()
	plans, err := set.Plans(r, Noon)
	if err != nil {
		t.Fatal(err)
	}
	if plans[0].Mismatch != "" {
		t.Fatal("no match:", plans[0].Mismatch)
	}
	return plans[0].Deliveries
}

// Matching returns how many rules of a set an event matches.
func Matching(t testing.TB, set *rules.Set, r *core.Record) int {
	t.Helper()
	v, err := cloudevent.NewView(r)
	if err != nil {
		t.Fatal(err)
	}
	matching, err := set.AppendMatching(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	return len(matching)
}

// WantMessage checks the only message of a rule. want is "topic payload", or "actor code: detail" for a message that cannot
// be rendered, where a part of the detail is enough.
func WantMessage(t testing.TB, deliveries []core.Delivery, want string) {
	t.Helper()
	if len(deliveries) != 1 {
		t.Fatalf("got %d messages, want 1", len(deliveries))
	}
	d := deliveries[0]
	if d.Err == nil {
		if got := d.Topic + " " + d.Payload; got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		return
	}
	refusal := fault.Of(d.Err)
	if refusal.Class != fault.ClassMessage {
		t.Fatalf("got error %v, want a *fault.Error", d.Err)
	}
	start, detail, _ := strings.Cut(want, ": ")
	if start != refusal.Actor+" "+refusal.Code || !strings.Contains(d.Err.Error(), detail) {
		t.Errorf("got  %s %s: %s\nwant %s", refusal.Actor, refusal.Code, d.Err, want)
	}
	if !strings.HasPrefix(d.Err.Error(), fmt.Sprintf("rule %q: ", d.Rule)) || d.Topic != "" || d.Payload != "" {
		t.Errorf("a message of rule %q has error %q, topic %q, payload %q", d.Rule, d.Err, d.Topic, d.Payload)
	}
}

// WantPayload is WantMessage with the topic abc.
func WantPayload(t testing.TB, deliveries []core.Delivery, want string) {
	t.Helper()
	if !strings.HasPrefix(want, fault.ActorSender+" ") && !strings.HasPrefix(want, fault.ActorYou+" ") {
		want = "abc " + want
	}
	WantMessage(t, deliveries, want)
}

// JSONString returns s as a JSON string.
func JSONString(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
