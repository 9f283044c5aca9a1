package coretest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// lists is a source of {"list":[{"id":…},…]}, as an adapter would write it.
func lists() core.Source {
	return core.Source{
		Name:  "list",
		Match: func(payload []byte) bool { return gjson.GetBytes(payload, "list").IsArray() },
		Decode: func(payload []byte, in core.Invocation) (records []core.Record, err error) {
			for _, item := range gjson.GetBytes(payload, "list").Array() {
				e, err := cloudevent.DecodeEvent(fmt.Appendf(nil, `{"specversion":"1.0","source":"/list","type":"item","id":%q}`, item.Get("id").String()))
				r := core.Record{Event: e, Err: err, MessageID: item.Get("id").String()}
				if err != nil {
					r.Raw = []byte(item.Raw)
				}
				records = append(records, r)
			}
			return records, nil
		},
	}
}

func TestSources(t *testing.T) { Sources(t, []core.Source{lists()}) }

func FuzzSources(f *testing.F) { Fuzz(f, []core.Source{lists()}) }

func TestSplitsAreOfEachListAlone(t *testing.T) {
	var got []string
	for _, b := range batchesIn([]byte(`{"records":{"a":[1,2],"b":[3]},"n":1}`), 2) {
		for _, part := range b.groups([][]json.RawMessage{b.elements[:1], b.elements[1:]}) {
			got = append(got, string(part))
		}
	}
	want := []string{`{"n":1,"records":{"a":[1],"b":[3]}}`, `{"n":1,"records":{"a":[2],"b":[3]}}`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMutationsReachEveryValue(t *testing.T) {
	seen := map[string]bool{}
	mutate([]byte(`{"a":[{"b":1}]}`), func(payload []byte) { seen[string(payload)] = true })
	for _, want := range []string{``, `{"a":[{`, `{}`, `{"a":null}`, `{"a":[""]}`, `{"a":[{}]}`, `{"a":[{"b":1e400}]}`, `{"a":[{"b":[null]}]}`} {
		if !seen[want] {
			t.Errorf("%s was not tried", want)
		}
	}
}

// A broken source must fail the suite: each of these breaks one promise.
func TestBrokenSourcesAreFound(t *testing.T) {
	two := []byte(`{"list":[{"id":"1"},{"id":"2"}]}`)
	calls := 0
	for name, c := range map[string]struct {
		decode func(payload []byte, in core.Invocation) ([]core.Record, error)
		check  func(t *testing.T, s core.Source)
	}{
		"randomness": {
			func([]byte, core.Invocation) ([]core.Record, error) {
				calls++
				return []core.Record{record(fmt.Sprint(calls))}, nil
			},
			func(t *testing.T, s core.Source) { sameAgain(t, s, two, []core.Record{record("0")}, nil) },
		},
		"an id by position": {
			func(payload []byte, _ core.Invocation) (records []core.Record, _ error) {
				var p struct{ List []json.RawMessage }
				json.Unmarshal(payload, &p)
				for i := range p.List {
					records = append(records, record(fmt.Sprint(i)))
				}
				return records, nil
			},
			func(t *testing.T, s core.Source) { regrouped(t, []core.Source{s}, two) },
		},
		"an id by what was before": {
			func(payload []byte, _ core.Invocation) (records []core.Record, _ error) {
				seen := map[string]bool{}
				for _, item := range gjson.GetBytes(payload, "list").Array() {
					id := item.Get("id").Str
					if seen[id] {
						id += "-again"
					}
					seen[id] = true
					records = append(records, record(id))
				}
				return records, nil
			},
			func(t *testing.T, s core.Source) { regrouped(t, []core.Source{s}, two) },
		},
		"an event that another hides": {
			func(payload []byte, _ core.Invocation) (records []core.Record, _ error) {
				for _, item := range gjson.GetBytes(payload, "list").Array() {
					if records == nil || item.Get("id").Str > records[len(records)-1].Event.ID() {
						records = append(records, record(item.Get("id").Str))
					}
				}
				return records, nil
			},
			func(t *testing.T, s core.Source) { regrouped(t, []core.Source{s}, two) },
		},
		"an id of the call's time": {
			func(_ []byte, in core.Invocation) ([]core.Record, error) {
				return []core.Record{record(strings.ToUpper(in.RequestID))}, nil
			},
			func(t *testing.T, s core.Source) { redelivered(t, s, two, []core.Record{record("1")}) },
		},
		"no id": {nil, func(t *testing.T, _ core.Source) { valid(t, []core.Record{record("")}) }},
	} {
		t.Run(name, func(t *testing.T) {
			probe := new(testing.T)
			done := make(chan bool)
			go func() { // FailNow ends the goroutine
				defer close(done)
				c.check(probe, core.Source{Name: "broken", Match: func([]byte) bool { return true }, Decode: c.decode})
			}()
			<-done
			if !probe.Failed() {
				t.Error("the suite did not fail")
			}
		})
	}
}

func record(id string) core.Record {
	e, _ := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","source":"/s","type":"t","id":"1"}`))
	e.Context.(*event.EventContextV1).ID = id
	return core.Record{Event: e}
}
