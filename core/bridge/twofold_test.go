package bridge_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
	"sendbridge/core/send/sendtest"
)

const twofoldRules = `
rules:
  - {name: first, pattern: {type: [t]}, topic: a/first, payload: {constant: x}}
  - {name: pattern, pattern: {data: {door: {state: [closed]}}}, topic: a/door, payload: {jsonpath: $.data}}
  - {name: template, pattern: {type: [u]}, topic: 'a/${$.data.room}', payload: {template: '{"v": ${$.data.value}, "s": "${$.data.text:-none}"}'}}
  - {name: each, pattern: {type: [e]}, each: $.data.items, where: {kind: [b, c]}, topic: 'a/${@.id}', payload: {template: '${@.id} ${@.text:-none}'}}
`

// A message is sent only if devices read the data in the same way as the rule.
func TestAmbiguousDataIsRefused(t *testing.T) {
	for _, c := range []struct{ kind, data, code, sent string }{
		{"t", `{"door": {"state": "open"}}`, "", "a/first"},
		{"t", `{"door": {"state": "closed"}, "extra": {"a": 1, "a": 2}}`, "", "a/first a/door"},
		{"t", `{"door": {"state": "closed", "state": "open"}}`, fault.CodeDuplicateName, ""},
		{"t", `{"door": {"state": "open", "state": "closed"}}`, fault.CodeDuplicateName, ""},
		{"t", `{"door": {"state": "closed", "\u0073tate": "open"}}`, fault.CodeDuplicateName, ""},
		{"t", `{"door": {"state": "closed"}, "doo\u0072": {}}`, fault.CodeDuplicateName, ""},
		{"t", `{"x": 1, "door": {"state": "open"}, "x": 1}`, fault.CodeDuplicateName, ""},
		{"t", `{"door": [{"state": "open"}, {"state": "closed", "state": 1}]}`, fault.CodeDuplicateName, ""},
		{"t", `{"door": {"state": "\ud83d"}}`, fault.CodeLoneSurrogate, ""},
		{"t", `{"door": {"state": ["x", "\ude00\ud83d"]}}`, fault.CodeLoneSurrogate, ""},
		{"t", `{"door": {"state": "closed"}, "\ud83d": 1}`, fault.CodeLoneSurrogate, ""},
		{"t", `{"door": {"state": "closed"}, "e": "\ud83d"}`, "", "a/first a/door"},
		{"u", `{"room": "r1", "value": "\ud83d"}`, "", "a/r1"},
		{"u", `{"room": "r1", "value": 1, "text": "\ud83d"}`, fault.CodeLoneSurrogate, ""},
		{"u", `{"room": "r\udc00", "value": 1}`, fault.CodeLoneSurrogate, ""},
		{"u", `{"room": "r1", "room": "r2", "value": 1}`, fault.CodeDuplicateName, ""},
		{"e", `{"items": [{"kind": "a", "id": 1}, {"kind": "b", "id": 2}]}`, "", "a/2"},
		{"e", `{"items": [{"kind": "b", "id": 2}, {"kind": "b", "id": 3, "id": 4}]}`, fault.CodeDuplicateName, ""},
		{"e", `{"items": [{"kind": "b", "id": 2}, {"kind": "a", "kind": "x"}]}`, fault.CodeDuplicateName, ""},
		{"e", `{"items": [{"kind": "c", "id": 2, "text": "\ud83d"}, {"kind": "b", "id": 3}]}`, fault.CodeLoneSurrogate, "a/3"},
		{"e", `{"items": [], "items": [{"kind": "b", "id": 2}]}`, fault.CodeDuplicateName, ""},
	} {
		sent, result := deliverData(t, c.kind, c.data)
		if sent != c.sent {
			t.Errorf("%s: sent to %q, want %q", c.data, sent, c.sent)
		}
		var f *fault.Error
		if errors.As(result.Err, &f) != (c.code != "") || f != nil && (f.Code != c.code || f.Class != fault.ClassMessage) {
			t.Errorf("%s: %v, want %q", c.data, result.Err, c.code)
		}
		if f != nil && !strings.Contains(f.Text, "$.data") && !strings.Contains(f.Text, "@.") && !strings.Contains(f.Text, `beside "door"`) {
			t.Errorf("%s: %q names no path", c.data, f.Text)
		}
		if want := map[bool]core.Outcome{true: core.Sent, false: core.Refused}[c.code == ""]; result.Outcome != want {
			t.Errorf("%s: %v, want %v", c.data, result.Outcome, want)
		}
	}
}

// An event from the dead-letter sink is checked like a new one.
func TestAmbiguousReplayIsRefused(t *testing.T) {
	e := newDataEvent("t", `{"door": {"state": "closed", "state": "open"}}`)
	kept := cloudevent.DeadLetter(e, "pattern", errors.New("x"))
	again, err := cloudevent.DecodeEvent(cloudevent.EncodeEvent(kept))
	if err != nil {
		t.Fatal(err)
	}
	sent, result := deliverEvent(t, again)
	if sent != "" || fault.Of(result.Err).Code != fault.CodeDuplicateName {
		t.Errorf("sent to %q, %v", sent, result.Err)
	}
}

func deliverData(t *testing.T, kind, data string) (sent string, r core.Result) {
	t.Helper()
	return deliverEvent(t, newDataEvent(kind, data))
}

func newDataEvent(kind, data string) event.Event {
	e := event.New()
	e.SetID("1")
	e.SetSource("/s")
	e.SetType(kind)
	e.SetDataContentType("application/json")
	e.DataEncoded = []byte(data)
	return e
}

func deliverEvent(t *testing.T, e event.Event) (sent string, r core.Result) {
	t.Helper()
	set, err := rules.Parse("rules.yaml", []byte(twofoldRules))
	if err != nil {
		t.Fatal(err)
	}
	var topics []string
	var mu sync.Mutex
	b := bridge.New(sendtest.SenderFunc(func(_ context.Context, topic, _ string) (core.Receipt, error) {
		mu.Lock()
		defer mu.Unlock()
		topics = append(topics, topic)
		return core.Receipt{MsgID: "1"}, nil
	}), set, &bridge.Options{})
	r = b.Deliver(t.Context(), []core.Record{{Event: e}})[0]
	return strings.Join(topics, " "), r
}
