package interop

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A rush is callers who post events to processes and wait for the answers: to some at ten times the rate of others.
type rush struct {
	processes []*process
	client    *http.Client

	mu      sync.Mutex
	acked   map[string]bool
	answers map[int]int
}

// crowd is the callers of a busy process. Another process has one, who takes a breath after each event.
const (
	crowd  = 32
	breath = 40 * time.Millisecond
)

// run lets callers post until ctx ends. Half of the processes are busy, and after each interval the other half.
func (l *rush) run(ctx context.Context, shift time.Duration) {
	l.acked, l.answers = map[string]bool{}, map[int]int{}
	l.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: crowd, MaxIdleConns: 200}}
	defer l.client.CloseIdleConnections()
	began := time.Now()
	var all sync.WaitGroup
	for n, p := range l.processes {
		for caller := range crowd {
			all.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					busy := int(time.Since(began)/shift+time.Duration(n))%2 == 0
					if !busy {
						sleep(ctx, breath)
					}
					if busy || caller == 0 {
						l.post(ctx, p, fmt.Sprintf("%d/%d/%d", n, caller, i))
					}
				}
			})
		}
	}
	all.Wait()
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// post posts one event. An answer is waited for even if the load ends meanwhile.
func (l *rush) post(ctx context.Context, p *process, id string) {
	body := fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/fleet","type":"com.example.fleet"}`, id)
	response, err := l.client.Post(p.url, "application/cloudevents+json", strings.NewReader(body))
	if err != nil {
		sleep(ctx, 20*time.Millisecond)
		return
	}
	response.Body.Close()
	l.mu.Lock()
	l.answers[response.StatusCode]++
	if response.StatusCode == http.StatusNoContent {
		l.acked[id] = true
	}
	l.mu.Unlock()
	if response.StatusCode != http.StatusNoContent {
		sleep(ctx, 20*time.Millisecond)
	}
}

// A tally is what became of a load.
type tally struct {
	acked, lost, twice, blocks, throttled int
	peak                                  int           // calls a second at the API
	address                               int           // of one address
	redisLost                             int           // how often a process lost Redis
	stood                                 time.Duration // the longest time that this process, which has the API, stood still
}

// pileUp is how long this process may stand still before the calls that pile up meanwhile can exceed the quota.
const pileUp = 100 * time.Millisecond

// verdict returns the result of an attempt of whenRedisAnswers that is right if the fleet kept to the quota.
func (t tally) verdict(kept bool) (lost int, wrong string) {
	switch {
	case kept:
		return t.redisLost, ""
	case t.stood > pileUp:
		return t.redisLost + 1, "" // the attempt does not count
	}
	return t.redisLost, fmt.Sprintf("%+v", t)
}

// standstill returns the longest time that this process stood still until ctx ends.
func standstill(ctx context.Context) (longest time.Duration) {
	for last := time.Now(); ctx.Err() == nil; {
		sleep(ctx, 10*time.Millisecond)
		longest = max(longest, time.Since(last))
		last = time.Now()
	}
	return longest
}

func (l *rush) tally(w *world) (t tally) {
	w.mu.Lock()
	defer w.mu.Unlock()
	stats := w.Stats()
	t.peak, t.blocks, t.throttled = stats.Peak.Account, len(stats.Blocked), stats.Rejected["Throttling.User"]
	for _, n := range stats.Peak.Address {
		t.address = max(t.address, n)
	}
	for _, p := range l.processes {
		lost, _ := p.redis()
		t.redisLost += lost
	}
	for id := range l.acked {
		if t.acked++; w.published[id] == 0 {
			t.lost++
		}
	}
	for _, n := range w.published {
		t.twice += n - 1
	}
	return t
}

func (l *rush) String() string {
	var parts []string
	for status, n := range l.answers {
		parts = append(parts, fmt.Sprintf("%d: %d", status, n))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// wantNothingLost wants the books in order.
func wantNothingLost(t *testing.T, got tally) {
	t.Helper()
	if got.acked == 0 || got.lost != 0 || got.twice != 0 {
		t.Errorf("%d acknowledged, %d of them not published, %d published twice", got.acked, got.lost, got.twice)
	}
}
