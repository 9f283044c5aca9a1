package cloudevent

import (
	"testing"

	"sendbridge/core"
)

// The id is the same when the trigger brings the bytes again, and another for another message or other bytes, wherever the
// name of the message ends.
func TestUndecodableBytesHaveAnID(t *testing.T) {
	ids := make(map[string]string)
	for name, r := range map[string]core.Record{
		"bytes": {Raw: []byte("ab")}, "a message": {MessageID: "m", Raw: []byte("ab")}, "another": {MessageID: "n", Raw: []byte("ab")},
		"other bytes": {MessageID: "m", Raw: []byte("abc")}, "a longer name": {MessageID: "ma", Raw: []byte("b")}, "nothing": {}, "a colon": {MessageID: "m:", Raw: []byte("ab")},
	} {
		r.Ingress = "sqs"
		u := Undecodable(&r)
		if again := Undecodable(&r); again.Event.ID() != u.Event.ID() || len(u.Event.ID()) != 32 {
			t.Errorf("%s: id %q, then %q", name, u.Event.ID(), again.Event.ID())
		}
		if other, known := ids[u.Event.ID()]; known {
			t.Errorf("%s has the id of %s", name, other)
		}
		ids[u.Event.ID()] = name
		if u.DerivedID != (r.MessageID == "") || string(u.Event.Data()) != string(r.Raw) || u.Event.Type() != "sendbridge.undecodable" || u.Event.DataContentType() != "application/octet-stream" {
			t.Errorf("%s: %+v", name, u)
		}
	}
}

// The source is the way in, where that can be one.
func TestUndecodableBytesHaveASource(t *testing.T) {
	for ingress, want := range map[string]string{"http:/orders": "http:/orders", "sqs": "sqs", "": "sendbridge", "%zz": "sendbridge", "http:/a\x00b": "http:/a b"} {
		u := Undecodable(&core.Record{Ingress: ingress})
		if got := SourceOf(ContextOf(&u.Event)); got != want {
			t.Errorf("%q: %q, want %q", ingress, got, want)
		}
	}
}

func TestOneLineHasNoNewlines(t *testing.T) {
	if got := string(OneLine([]byte("{\n \"a\":\r\n\"\\n\"}\n"))); got != `{  "a":  "\n"} ` {
		t.Errorf("%q", got)
	}
}
