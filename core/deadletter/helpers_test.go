package deadletter_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// A recorder takes every message but those to topics with an error.
type recorder struct {
	mu   sync.Mutex
	sent []string // topic and payload
	errs map[string]error
}

func (r *recorder) SendMessage(_ context.Context, topic, payload string) (core.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.errs[topic]; err != nil {
		return core.Receipt{}, err
	}
	r.sent = append(r.sent, topic+" "+payload)
	return core.Receipt{MsgID: fmt.Sprint("M", len(r.sent)), RequestID: "R", Attempts: 1}, nil
}

func parseRules(t testing.TB, yaml string) *rules.Set {
	t.Helper()
	list, err := rules.Parse("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func record(t testing.TB, id, data string) core.Record {
	t.Helper()
	e, err := cloudevent.DecodeEvent(fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/s","type":"t","data":%s}`, id, data))
	if err != nil {
		t.Fatal(err)
	}
	return core.Record{Event: e, Ingress: "http:/"}
}

// An apiError is what the API's client says of a message it refuses.
type apiError string

func (e apiError) Error() string { return "the API refuses it: " + string(e) }
func (e apiError) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassMessage, Code: string(e)}
}

// mixed has a rule that works, one that can't render and one whose topic an API may refuse.
const mixed = `
rules:
  - {name: fine, topic: a/1, payload: {jsonpath: $.id}}
  - {name: broken, each: $.data, topic: "b/${@.t}", payload: {jsonpath: $.id}}
  - {name: refused, topic: c/1, payload: {jsonpath: $.id}}
`

const mixedData = `[{"t":"x"},{"t":"/"},{},{"t":"y"}]`

func mixedRecord(t testing.TB) []core.Record {
	r := record(t, "7", mixedData)
	r.Event.SetExtension("producer", "p")
	return []core.Record{r}
}

func refusing() *recorder {
	return &recorder{errs: map[string]error{"c/1": apiError("InvalidTopic")}}
}
