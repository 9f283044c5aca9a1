package functions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// apiError is an error like those of the API's client.
type apiError struct{ class, code string }

func (e apiError) Error() string { return "sendmessage: " + e.code }
func (e apiError) Describe() fault.Fault {
	return fault.Fault{Class: e.class, Actor: fault.ActorAlibaba, Code: e.code, RequestID: "R-" + e.code}
}

func doorEvent(t testing.TB) core.Record {
	t.Helper()
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/front-door","type":"com.example.door","data":{"code":"PAYLOAD"}}`))
	if err != nil {
		t.Fatal(err)
	}
	return core.Record{Event: e, Ingress: "http:/"}
}

func taken(msgID string, attempts int) core.Receipt {
	return core.Receipt{MsgID: msgID, RequestID: "R" + msgID, Attempts: attempts}
}

func TestLogLine(t *testing.T) {
	overflow, bad := apiError{fault.ClassThrottled, "SystemOverFlow"}, apiError{fault.ClassMessage, "ParameterCheckFailed"}
	door := doorEvent(t)
	const event = `"msg":"event","id":"1","source":"/front-door","type":"com.example.door","ingress":"http:/","ms":12.5,`
	const overflowed = `"error":"sendmessage: SystemOverFlow","class":"throttled","actor":"alibaba","code":"SystemOverFlow","errorRequestId":"R-SystemOverFlow"`
	const badParameter = `"error":"sendmessage: ParameterCheckFailed","class":"message","actor":"alibaba","code":"ParameterCheckFailed","errorRequestId":"R-ParameterCheckFailed"`
	for name, c := range map[string]struct {
		result core.Result
		want   string
	}{
		"one message": {
			core.Result{Record: door, Deliveries: []core.Delivery{{Rule: "a", Element: -1, Topic: "t/a", Payload: "PAYLOAD", Receipt: taken("M", 2)}}},
			`{"level":"INFO","outcome":"sent",` + event + `"attempts":2,"rule":"a","topic":"t/a","msgId":"M","requestId":"RM"}`,
		},
		"a duplicate": {
			core.Result{Record: door, Outcome: core.Duplicate, Deliveries: []core.Delivery{{Rule: "a", Element: 3, Topic: "t/a", Receipt: taken("M", 2), Duplicate: true}}},
			`{"level":"INFO","outcome":"duplicate",` + event + `"attempts":0,"rule":"a","topic":"t/a","element":3,"duplicate":true,"msgId":"M","requestId":"RM"}`,
		},
		"several messages": {
			core.Result{Record: door, Outcome: core.Failed, Err: overflow, Deliveries: []core.Delivery{
				{Rule: "a", Element: 0, Topic: "t/0", Receipt: taken("M", 2)},
				{Rule: "a", Element: 1, Topic: "t/1", Receipt: taken("N", 2), Duplicate: true},
				{Rule: "b", Element: -1, Topic: "t/2", Receipt: core.Receipt{Attempts: 3}, Err: overflow},
			}},
			`{"level":"ERROR","outcome":"failed",` + event + `"attempts":5,"messages":{
				"0":{"rule":"a","topic":"t/0","element":0,"msgId":"M","requestId":"RM","attempts":2},
				"1":{"rule":"a","topic":"t/1","element":1,"duplicate":true,"msgId":"N","requestId":"RN","attempts":0},
				"2":{"rule":"b","topic":"t/2","attempts":3,` + overflowed + `}},` + overflowed + `}`,
		},
		"its only message failed": {
			core.Result{Record: door, Outcome: core.Failed, Err: overflow, Deliveries: []core.Delivery{{Rule: "a", Element: -1, Topic: "t/a", Receipt: core.Receipt{Attempts: 4}, Err: overflow}}},
			`{"level":"ERROR","outcome":"failed",` + event + `"attempts":4,"rule":"a","topic":"t/a",` + overflowed + `}`,
		},
		"dead-lettered": {
			core.Result{Record: door, Outcome: core.DeadLettered, Reason: bad, Deliveries: []core.Delivery{{Rule: "a", Element: -1, Topic: "t/a", Receipt: core.Receipt{Attempts: 1}, Err: bad}}},
			`{"level":"WARN","outcome":"dead-lettered",` + event + `"attempts":1,"rule":"a","topic":"t/a",` + badParameter + `}`,
		},
		"not even dead-lettered": {
			core.Result{Record: door, Outcome: core.Failed, Err: errors.New("disk full"), Deliveries: []core.Delivery{{Rule: "a", Element: -1, Topic: "t/a", Receipt: core.Receipt{Attempts: 1}, Err: bad}}},
			`{"level":"ERROR","outcome":"failed",` + event + `"attempts":1,"messages":{"0":{"rule":"a","topic":"t/a","attempts":1,` + badParameter + `}},"error":"disk full","class":"unknown"}`,
		},
		"no event": {
			core.Result{Record: core.Record{Ingress: "http:/", Err: bad}, Outcome: core.Refused, Err: bad},
			`{"level":"ERROR","outcome":"refused","msg":"event","ingress":"http:/","ms":12.5,"attempts":0,` + badParameter + `}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			newEventLog(NewLogger(&log, slog.LevelInfo)).observe(t.Context(), c.result, 12500*time.Microsecond)
			if n := strings.Count(log.String(), "\n"); n != 1 {
				t.Errorf("%d lines", n)
			}
			got := object(t, json.NewDecoder(&log))
			delete(got, "time")
			if diff := cmp.Diff(object(t, json.NewDecoder(strings.NewReader(c.want))), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// object decodes an object without duplicate members.
func object(t *testing.T, d *json.Decoder) map[string]any {
	t.Helper()
	token := func() json.Token {
		tok, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	if open := token(); open != json.Delim('{') {
		t.Fatalf("%v is no object", open)
	}
	return members(t, token)
}

func members(t *testing.T, token func() json.Token) map[string]any {
	t.Helper()
	m := make(map[string]any)
	for key := token(); key != json.Delim('}'); key = token() {
		name := key.(string)
		if _, twice := m[name]; twice {
			t.Errorf("%q is there twice", name)
		}
		m[name] = token()
		if m[name] == json.Delim('{') {
			m[name] = members(t, token)
		}
	}
	return m
}

func TestLogWarnsOfLongP2PTopics(t *testing.T) {
	const device = "GID_vend@@@" // the longest client id has 64 characters
	p2p := "vend/p2p/" + device
	for topic, want := range map[string]bool{
		p2p + strings.Repeat("x", 64-len(p2p)):          false,
		p2p + strings.Repeat("x", 65-len(p2p)):          true,
		p2p + strings.Repeat("\u9580", 64-len(p2p)):     false, // the limit is in characters, not bytes
		"vend/x/p2p/" + strings.Repeat("x", 64):         false,
		"p2p/x/" + strings.Repeat("x", 64):              false,
		"vend/p2px/" + device + strings.Repeat("x", 64): false,
	} {
		for _, count := range []int{1, 2} { // as plain attributes, and in a list
			list := make([]core.Delivery, count)
			for i := range list {
				list[i] = core.Delivery{Rule: "a", Topic: topic, Receipt: taken("M", 1)}
			}
			if line := logged(t, core.Result{Record: doorEvent(t), Deliveries: list}); strings.Contains(line, `"warning":"the limit of 64`) != want {
				t.Errorf("%q: warning wanted: %t: %s", topic, want, line)
			}
		}
	}
	failed := core.Delivery{Topic: p2p + strings.Repeat("x", 64), Err: apiError{fault.ClassTransient, "Timeout"}}
	if line := logged(t, core.Result{Outcome: core.Failed, Err: failed.Err, Deliveries: []core.Delivery{failed}}); strings.Contains(line, "warning") {
		t.Errorf("not delivered, and yet: %s", line)
	}
}

// The line of an event with many messages lists only those that earlier lines do not have, and how many it omits.
func TestTheLineOfAStormIsBounded(t *testing.T) {
	r := core.Result{Record: doorEvent(t), Outcome: core.Failed, Err: errors.New("x")}
	for i := range 5000 {
		d := core.Delivery{Rule: "a", Element: i, Topic: "t", Receipt: taken("M", 1), Duplicate: i < 2000}
		if i >= 3500 {
			d.Receipt, d.Err = core.Receipt{}, errors.New("not tried")
		}
		r.Deliveries = append(r.Deliveries, d)
	}
	line := logged(t, r)
	if n := strings.Count(line, `"msgId"`); n != 1000 || !strings.Contains(line, `"messages":{"2000":`) || !strings.Contains(line, `"messagesLeftOut":4000,`) {
		t.Errorf("%d messages in %d bytes: %.300s", n, len(line), line)
	}
}

func logged(t *testing.T, r core.Result) string {
	t.Helper()
	var log bytes.Buffer
	newEventLog(NewLogger(&log, slog.LevelInfo)).observe(t.Context(), r, 0)
	return log.String()
}

// Senders repeat their mistakes with each event, so one line per source and type is enough.
func TestChangedAttributesAreLoggedOnce(t *testing.T) {
	var buf bytes.Buffer
	l := newEventLog(slog.New(slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: slog.LevelWarn})))
	for _, c := range []struct {
		source, members string
		want            string // in the line; empty for no line
	}{
		{"/a", `"time":"yesterday","my-ext":"x"`, `"attribute my-ext":"kept as myext: a name must consist of a-z and 0-9","attribute time":"left out: `},
		{"/a", `"time":"yesterday","my-ext":"x"`, ""},
		{"/b", `"ext":{"a":"PAYLOAD"}`, `"source":"/b","type":"t","ingress":"http:/","attribute ext":"kept as text: CloudEvents does not allow an object`},
		{"/b", `"ext":"","subject":""`, ""},
		{"/c", `"ext":"x"`, ""},
	} {
		e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"` + c.source + `","type":"t",` + c.members + `}`))
		if err != nil {
			t.Fatal(err)
		}
		l.observe(t.Context(), core.Result{Record: core.Record{Event: e, Ingress: "http:/"}}, 0)
		line := buf.String()
		buf.Reset()
		if (line == "") != (c.want == "") || !strings.Contains(line, c.want) || strings.Contains(line, "PAYLOAD") {
			t.Errorf("%s: %s, want %s", c.members, line, c.want)
		}
	}
}

// Each minute a warning shows which events are dropped, and how many.
func TestDroppedEventsAreWarnedOfEachMinute(t *testing.T) {
	var log bytes.Buffer
	l := newEventLog(NewLogger(&log, slog.LevelWarn))
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	l.now = func() time.Time { return now }
	dropped := core.Result{Record: doorEvent(t), Outcome: core.Dropped, Unmatched: true}
	other := dropped
	other.Event = dropped.Event.Clone()
	other.Event.SetType("another")
	for range 3 { // three minutes
		for range 60 {
			l.observe(t.Context(), dropped, 0)
			now = now.Add(time.Second)
		}
	}
	l.observe(t.Context(), other, 0)
	for i := range 2 * maxWarned { // ever new types share one warning
		other.Event.SetType(fmt.Sprint("t", i))
		l.observe(t.Context(), other, 0)
	}
	for _, want := range []struct {
		text string
		n    int
	}{{`"droppedOfType":1,`, maxWarned + 1}, {`"droppedOfType":60,`, 2}} {
		if n := strings.Count(log.String(), want.text); n != want.n {
			t.Errorf("%d warnings with %s, want %d", n, want.text, want.n)
		}
	}
}
