package functions_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/onstest"
)

// A faulty is a fault of the first calls or of all calls.
type faulty struct {
	name   string
	begin  func(t *testing.T, s *scene)
	passes bool          // the calls after the first ones succeed
	calls  int           // number of calls for a single event; 0 means any number
	status int           // status of the answer to a single event
	code   string        // code of the answer's problem, if it fails
	extra  int           // further published messages beyond one per event
	least  time.Duration // shortest time of a single event
}

func faults(list ...onstest.Fault) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		if err := s.emulator.Fail(list...); err != nil {
			t.Fatal(err)
		}
	}
}

func matrix() []faulty {
	const always = 1000
	twice := func(code string) func(*testing.T, *scene) { return faults(onstest.Fault{Code: code, Times: 2}) }
	return []faulty{
		{name: "refused", begin: func(_ *testing.T, s *scene) { s.refuse.Store(true) }, status: 503, code: "EndpointRefused"},
		{name: "reset before the answer", begin: faults(onstest.Fault{Code: "reset"}), passes: true, calls: 2, status: 204},
		{name: "lost answer", begin: faults(onstest.Fault{Code: "lost-answer"}), passes: true, calls: 2, status: 204, extra: 1},
		{name: "slow", begin: faults(onstest.Fault{Code: "delay", DelayMS: 60_000, Times: always}), calls: 1, status: 503, code: "Timeout", least: 4 * time.Second},
		{name: "SendMessageFailed", begin: twice("SendMessageFailed"), passes: true, calls: 3, status: 204},
		{name: "InternalError", begin: twice("InternalError"), passes: true, calls: 3, status: 204},
		{name: "ServiceUnavailable", begin: twice("ServiceUnavailable"), passes: true, calls: 3, status: 204},
		{name: "Throttling", begin: twice("Throttling.User"), passes: true, calls: 3, status: 204},
		{name: "Throttling for good", begin: faults(onstest.Fault{Code: "Throttling", Times: always}), status: 429, code: "Throttling"},
		{name: "Throttling with a time", begin: faults(onstest.Fault{Code: "Throttling.Api", RetryAfterMS: 1500}), passes: true, calls: 2, status: 204, least: 1500 * time.Millisecond},
		{name: "SystemOverFlow", begin: twice("SystemOverFlow"), passes: true, calls: 3, status: 204},
		{name: "HTML 502", begin: twice("html502"), passes: true, calls: 3, status: 204},
		{name: "empty 503", begin: twice("empty503"), passes: true, calls: 3, status: 204},
		{name: "200 without MsgId", begin: noMsgID, status: 503, code: "NoMsgId"},
		{name: "nonce used", begin: faults(onstest.Fault{Code: "SignatureNonceUsed"}), passes: true, calls: 2, status: 204},
		{name: "address blocked", begin: blockAddress, status: 503, code: "ConnectionReset"},
	}
}

func noMsgID(_ *testing.T, s *scene) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"RequestId":"R"}`) })
	s.answer.Store(&answer)
}

// blockAddress exceeds the quota of an address, which newScene sets to two calls per second.
func blockAddress(_ *testing.T, s *scene) {
	for range 3 {
		func() {
			defer func() { _ = recover() }() // the emulator panics to drop a call of a blocked address
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.RemoteAddr = "192.0.2.1:1"
			s.emulator.ServeHTTP(httptest.NewRecorder(), r)
		}()
	}
}

func quotaOf(f faulty) onstest.Quota {
	if f.name == "address blocked" {
		return onstest.Quota{Address: 2, Block: time.Hour}
	}
	return onstest.Quota{}
}

func TestFaultsAndASingleEvent(t *testing.T) {
	eachFault(t, func(t *testing.T, s *scene, f faulty) {
		start := time.Now()
		before := s.calls.Load()
		status, body, header := s.posted("application/cloudevents+json", numbered(1))
		if again := header.Get("Retry-After") != ""; again != (status == 429 || status == 503) {
			t.Errorf("answered %d with Retry-After %q", status, header.Get("Retry-After"))
		}
		if status != f.status || !strings.Contains(body, f.code) {
			t.Errorf("answered %d %s, want %d with %q", status, body, f.status, f.code)
		}
		if calls := int(s.calls.Load() - before); f.calls > 0 && calls != f.calls || f.calls == 0 && calls < 2 && !s.refuse.Load() {
			t.Errorf("%d calls arrived, want %d, or several where that is 0", calls, f.calls)
		}
		if took := time.Since(start); took < f.least || took > 9*time.Second {
			t.Errorf("took %s, want at least %s and less than the request's time", took, f.least)
		}
		want := core.Failed
		if f.passes {
			want = core.Sent
		}
		s.wantCounts(t, map[core.Outcome]int{want: 1})
		s.wantPublished(t, f, []string{"1"})
	})
}

// In a batch of ten, a rule cannot render one event. The others are delivered as if it were not there.
func TestFaultsAndABatchWithAPoisonedEvent(t *testing.T) {
	eachFault(t, func(t *testing.T, s *scene, f faulty) {
		events, ids := []string{}, []string{}
		for i := range 10 {
			if i == 4 {
				events = append(events, strings.Replace(numbered(i), `"n":`, `"m":`, 1))
				continue
			}
			events, ids = append(events, numbered(i)), append(ids, fmt.Sprint(i))
		}
		status, body := s.post("application/cloudevents-batch+json", "["+strings.Join(events, ",")+"]")
		want, counts := f.status, map[core.Outcome]int{core.Failed: 9, core.Refused: 1}
		if f.passes {
			want, counts = http.StatusUnprocessableEntity, map[core.Outcome]int{core.Sent: 9, core.Refused: 1}
		}
		if status != want || !strings.Contains(body, `"index":9`) {
			t.Errorf("answered %d %s, want %d with every event", status, body, want)
		}
		if calls := int(s.calls.Load()); f.passes && calls != 9+f.calls-1 {
			t.Errorf("%d calls for nine events, want %d", calls, 9+f.calls-1)
		}
		s.wantCounts(t, counts)
		s.wantPublished(t, f, ids)
	})
}

// The events of an ordering key are delivered in order, and stop at an event that is not acknowledged.
func TestFaultsAndAnOrderingKey(t *testing.T) {
	eachFault(t, func(t *testing.T, s *scene, f faulty) {
		var records []core.Record
		var ids []string
		for i := range 5 {
			e, err := cloudevent.DecodeEvent([]byte(numbered(i)))
			if err != nil {
				t.Fatal(err)
			}
			records, ids = append(records, core.Record{Event: e, OrderingKey: "key"}), append(ids, fmt.Sprint(i))
		}
		results := s.app.Bridge.Deliver(t.Context(), records)
		if f.passes {
			s.wantCounts(t, map[core.Outcome]int{core.Sent: 5})
			s.wantPublished(t, f, ids)
			if calls := int(s.calls.Load()); calls != 5+f.calls-1 {
				t.Errorf("%d calls for five events, want %d", calls, 5+f.calls-1)
			}
			if got := s.published(); !slices.IsSorted(got) {
				t.Errorf("published in the order %v", got)
			}
			return
		}
		s.wantCounts(t, map[core.Outcome]int{core.Failed: 5})
		for _, r := range results[1:] {
			if len(r.Deliveries) > 0 || fault.Of(r.Err).Class != fault.ClassTransient {
				t.Errorf("event %s was sent: %v", r.Event.ID(), r.Err)
			}
		}
		s.wantPublished(t, f, nil)
	})
}

func eachFault(t *testing.T, test func(*testing.T, *scene, faulty)) {
	for _, f := range matrix() {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, quotaOf(f))
				f.begin(t, s)
				test(t, s, f)
			})
		})
	}
}

// Errors do contain what the pattern matches, so the checks with it can fail.
func TestErrorsContainWhatAnswersMustNot(t *testing.T) {
	for name, text := range map[string]string{
		"resolver": "lookup onsmqtt.cn-x on 100.100.2.136:53: no such host", "connection": "read tcp 10.0.0.7:5123->47.1.2.3:443: connection reset by peer",
		"key": "AccessKeyId STS.***AE94", "caller": "acs:ram::1000000000000001:role/emulator", "masked key": "refused LTAI***0001", "account": "of account " + onstest.AccountID,
		"provider": "no credentials from default/env: NotSet", "AWS": "arn:aws:sts::123456789012:assumed-role/f/s", "page": "<html><h1>502</h1>",
	} {
		if !ofTheWayOut.MatchString(text) {
			t.Errorf("%s is not found in %q", name, text)
		}
		w := httptest.NewRecorder()
		webhook.Answer(w, []core.Result{{Outcome: core.Failed, Err: &fault.Error{Fault: fault.Fault{Class: fault.ClassTransient, Code: "X"}, Text: text}}})
		tellsStrangersNothing(t, w.Body.String())
	}
}
