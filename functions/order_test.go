package functions_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/onstest"
)

// A thousand events with ten ordering keys meet random faults. The events of each key arrive complete and in order, except
// for the key whose messages always fail: it stops at its first event.
func TestOrderingKeysKeepTheirOrderThroughFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const events, keys, stuck = 1000, 10, 3
		// A message has a minute. After some throttled calls, all keys share twenty calls per second, and a message that
		// meets several faults in a row must not run out of time.
		s := newScene(t, onstest.Quota{}, "SENDBRIDGE_TIMEOUT=1m", "SENDBRIDGE_REQUEST_TIMEOUT=2m")
		s.answer.Store(randomFaults(s, fmt.Sprint("faults%2F", stuck)))
		var records []core.Record
		for i := range events {
			e, err := cloudevent.DecodeEvent(fmt.Appendf(nil, `{"specversion":"1.0","id":"%04d","source":"/order","type":"t","data":{"n":%d}}`, i, i%keys))
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, core.Record{Event: e, OrderingKey: fmt.Sprint(i % keys)})
		}
		for i, r := range s.app.Bridge.Deliver(t.Context(), records) {
			if r.Outcome.Acknowledged() == (i%keys == stuck) {
				t.Errorf("event %d: %s, %v", i, r.Outcome, r.Err)
			}
		}
		arrived := map[string][]string{}
		for _, m := range s.emulator.Messages() {
			arrived[m.Topic] = append(arrived[m.Topic], m.Payload)
		}
		for key := range keys {
			topic, want := fmt.Sprint("faults/", key), ""
			if key != stuck {
				for i := key; i < events; i += keys {
					want += fmt.Sprintf("%04d ", i)
				}
			}
			if got := strings.Join(arrived[topic], " "); got != strings.TrimSpace(want) {
				t.Errorf("key %d arrived as %s", key, got)
			}
		}
		if s.calls.Load() < events {
			t.Errorf("%d calls: there were no faults", s.calls.Load())
		}
	})
}

// randomFaults fails one call in ten, and each call for the topic whose encoded name is stuck, before the emulator receives
// it.
func randomFaults(s *scene, stuck string) *http.HandlerFunc {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(3, 4))
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		draw := random.IntN(40)
		mu.Unlock()
		switch {
		case strings.Contains(r.URL.RawQuery, stuck), draw == 0:
			http.Error(w, `{"Code":"InternalError","RequestId":"R"}`, http.StatusInternalServerError)
		case draw == 1:
			http.Error(w, `{"Code":"Throttling.User","RequestId":"R"}`, http.StatusBadRequest)
		case draw == 2:
			http.Error(w, "<html>", http.StatusBadGateway)
		case draw == 3:
			panic(http.ErrAbortHandler)
		default:
			s.emulator.ServeHTTP(w, r)
		}
	})
	return &answer
}
