//go:build soak

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"sendbridge/core/onstest"
)

// One request with sixteen events, each of which becomes a thousand messages of 58 KB, needs at most 200 MB, whether or
// not the messages are equal. The request is answered, and every event that the answer calls sent was published whole.
func TestSoakSixteenThousandLargeMessages(t *testing.T) {
	for name, payload := range map[string]string{"original": "original", "each its own": "{template: '${@index} ${$.data}'}"} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			published := map[string]int{}
			b := newBench(t, func(o *onstest.Options) {
				o.Quota = &onstest.Quota{}
				o.Publish = func(m onstest.Message) error {
					mu.Lock()
					defer mu.Unlock()
					published[m.Topic]++
					return nil
				}
			})
			p := startHTTP(t, b.environ("SENDBRIDGE_RULES=rules: [{each: $.data.items, topic: 'storm/${$.id}', payload: "+payload+"}]", "SENDBRIDGE_RATE=0", "SENDBRIDGE_TIMEOUT=4s", "SENDBRIDGE_REQUEST_TIMEOUT=9s"))
			p.discard()
			var events []string
			for i := range 16 {
				data := `{"items":[` + strings.Repeat("0,", 999) + `0],"filler":"` + strings.Repeat("x", 56_000) + `"}`
				events = append(events, fmt.Sprintf(`{"specversion":"1.0","id":"event-%d","source":"/storm","type":"t","data":%s}`, i, data))
			}
			status, body := post(t, p.url, "application/cloudevents-batch+json", "["+strings.Join(events, ",")+"]")
			peak := memory(t, p.cmd.Process.Pid, "VmHWM")
			var list []struct {
				Outcome string `json:"outcome"`
			}
			if status == http.StatusOK {
				if err := json.Unmarshal([]byte(body), &list); err != nil {
					t.Fatal(err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total := 0
			for i := range 16 {
				n := published[fmt.Sprint("storm/event-", i)]
				total += n
				if status == http.StatusOK && list[i].Outcome == "sent" && n < 1000 {
					t.Errorf("event %d is called sent, %d messages are published", i, n)
				}
			}
			t.Logf("%d, %d published, peak %d MiB, %.400s", status, total, peak>>20, body)
			if status != http.StatusOK && status != http.StatusServiceUnavailable && status != http.StatusTooManyRequests || total == 0 {
				t.Errorf("%d, %d published", status, total)
			}
			if peak > 200<<20 {
				t.Errorf("peak %d MiB", peak>>20)
			}
		})
	}
}
