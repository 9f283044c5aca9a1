package interop

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/core/onstest"
)

// One event at two processes at the same time is one message, with one server and with a cluster.
func TestOneEventAtTwoProcesses(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{
		"one server": func(tb testing.TB) string { return startRedis(tb).url() },
		"a cluster":  startCluster,
	} {
		whenRedisAnswers(t, name, func(t *testing.T) (lost int, wrong string) {
			api, url := startFleetAPI(t), url(t)
			a, b := startFleetProcess(t, api, url), startFleetProcess(t, api, url)
			if err := api.Fail(onstest.Fault{Code: "delay", Times: 1, DelayMS: 500}); err != nil {
				t.Fatal(err)
			}
			var both sync.WaitGroup
			var statuses [2]int
			for i, p := range []*fleetProcess{a, b} {
				both.Go(func() { statuses[i] = p.post(t.Context(), 1) })
			}
			both.Wait()
			first, lost := a.stop()
			second, lostToo := b.stop()
			if total, _ := api.devices(); total != 1 || first["sent"]+second["sent"] != 1 || first["duplicate"]+second["duplicate"] != 1 || statuses != [2]int{204, 204} {
				wrong = fmt.Sprintf("%d messages, outcomes %v and %v, answers %v", total, first, second, statuses)
			}
			return lost + lostToo, wrong
		})
	}
}

// whenRedisAnswers runs a scene until Redis has answered in time throughout, and reports what was wrong then. On a busy
// machine Redis may take longer than processes wait for it, and they go on without it, although nothing is wrong. An attempt
// in which Redis was lost does not count.
func whenRedisAnswers(t *testing.T, name string, scene func(t *testing.T) (lost int, wrong string)) {
	t.Helper()
	needRedis(t)
	for try := range 10 {
		answered := false
		t.Run(fmt.Sprintf("%s, attempt %d", name, try+1), func(t *testing.T) {
			lost, wrong := scene(t)
			if answered = lost == 0; answered && wrong != "" {
				t.Error(wrong)
			}
		})
		if answered || t.Failed() {
			return
		}
	}
	t.Errorf("%s: in none of ten attempts did Redis answer within 50 ms throughout, and this process not stand still", name)
}

// A process is killed while it has a message in flight. The next one has the event at once, and sends it when the time of the
// first one's request is over.
func TestAProcessIsKilledWithAMessageInFlight(t *testing.T) {
	for name, answerLost := range map[string]bool{"before the API has it": false, "before it is answered": true} {
		whenRedisAnswers(t, name, func(t *testing.T) (lost int, wrong string) {
			api, redis := startFleetAPI(t), startRedis(t)
			a := startFleetProcess(t, api, redis.url(), "SENDBRIDGE_TIMEOUT=10s", "SENDBRIDGE_REQUEST_TIMEOUT=10s")
			b := startFleetProcess(t, api, redis.url(), "SENDBRIDGE_TIMEOUT=30s", "SENDBRIDGE_REQUEST_TIMEOUT=30s")
			var called func()
			if answerLost {
				published, _ := api.hold(t)
				called = func() {
					<-published
					api.mu.Lock()
					defer api.mu.Unlock()
					api.publish = nil
				}
			} else {
				if err := api.Fail(onstest.Fault{Code: "delay", Times: 1, DelayMS: 60_000}); err != nil {
					t.Fatal(err)
				}
				called = func() { until(t, "the API is called", func() bool { return api.Stats().Requests == 1 }) }
			}
			began := time.Now()
			go a.post(t.Context(), 1)
			called()
			a.kill()
			status := b.post(t.Context(), 1)
			took := time.Since(began)
			_, lost = a.stop()
			outcomes, lostToo := b.stop()
			if took < 10*time.Second || outcomes["sent"] != 1 || status != 204 {
				wrong = fmt.Sprintf("%v, answered %d after %v: it was to wait for the first one's 10 s", outcomes, status, took)
			}
			want := 1
			if answerLost {
				want = 2 // nobody could know of the first
			}
			if total, _ := api.devices(); total != want {
				wrong += fmt.Sprintf("%d messages, want %d", total, want)
			}
			return lost + lostToo, wrong
		})
	}
}

// A process is killed after it has sent. The others know that it did.
func TestAProcessIsKilledAfterItHasSent(t *testing.T) {
	whenRedisAnswers(t, "sent by one, redelivered to the other", func(t *testing.T) (lost int, wrong string) {
		api, redis := startFleetAPI(t), startRedis(t)
		a, b := startFleetProcess(t, api, redis.url()), startFleetProcess(t, api, redis.url())
		first := a.post(t.Context(), 1)
		a.kill()
		_, lost = a.stop()
		second := b.post(t.Context(), 1)
		outcomes, lostToo := b.stop()
		if total, _ := api.devices(); total != 1 || outcomes["duplicate"] != 1 || first != 204 || second != 204 {
			wrong = fmt.Sprintf("%d messages, %v, answers %d and %d", total, outcomes, first, second)
		}
		return lost + lostToo, wrong
	})
}

// A fleetLoad is events, each delivered twice to processes of a fleet that are chosen at random.
type fleetLoad struct {
	processes []*fleetProcess
	events    int // at least
	senders   int
	meanwhile func() // the load goes on until it returns
}

// run delivers the load until each delivery is acknowledged. It returns how many events there were, the outcomes of all deliveries,
// how often Redis was lost, and how many deliveries were answered with an error in between.
func (l fleetLoad) run(t *testing.T) (events int, outcomes map[string]int, lost, repeated int) {
	deliveries := make(chan int)
	over := make(chan bool)
	go func() {
		defer close(over)
		if l.meanwhile != nil {
			l.meanwhile()
		}
	}()
	go func() {
		defer close(deliveries)
		for events = 0; ; events++ {
			select {
			case <-over:
				if events >= l.events {
					return
				}
			default:
			}
			deliveries <- events
			deliveries <- events
		}
	}()
	var mu sync.Mutex
	var all sync.WaitGroup
	for s := range l.senders {
		random := rand.New(rand.NewPCG(1, uint64(s)))
		all.Go(func() {
			for id := range deliveries {
				for l.processes[random.IntN(len(l.processes))].post(t.Context(), id) != 204 {
					mu.Lock()
					repeated++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	outcomes = make(map[string]int)
	for _, p := range l.processes {
		o, n := p.stop()
		lost += n
		for outcome, count := range o {
			outcomes[outcome] += count
		}
	}
	return events, outcomes, lost, repeated
}

func startFleet(t *testing.T, n int, api *fleetAPI, redis *redis) (all []*fleetProcess) {
	for range n {
		all = append(all, startFleetProcess(t, api, redis.url(), "SENDBRIDGE_RATE=5000", "SENDBRIDGE_RATE_FORCE=true"))
	}
	return all
}

// Each of ten thousand events is delivered twice, to processes chosen at random: ten thousand messages.
func TestTenThousandEventsDeliveredTwice(t *testing.T) {
	api, redis := startFleetAPI(t), startRedis(t)
	events, outcomes, lost, repeated := fleetLoad{processes: startFleet(t, 3, api, redis), events: 10_000, senders: 8}.run(t)
	total, twice := api.devices()
	t.Logf("%d messages, %v, Redis lost %d times, %d deliveries repeated; %s", total, outcomes, lost, repeated, strings.TrimSpace(redis.try("DBSIZE")))
	if outcomes["sent"] != total || len(api.got) != events {
		t.Errorf("%d messages of %d events, and %d are said to be sent", total, len(api.got), outcomes["sent"])
	}
	if lost == 0 && total != events {
		t.Errorf("%d messages for %d events: %v", total, events, twice)
	}
	if lost > 0 && total > events*11/10 {
		t.Errorf("Redis was lost %d times, and %d of %d messages were sent twice", lost, total-events, events)
	}
}

// Whatever becomes of Redis in the middle of a load: each event gets to devices, and what is said to be sent was sent.
func TestRedisGoesAwayUnderLoad(t *testing.T) {
	for name, outage := range map[string]func(t *testing.T, r *redis){
		"killed and restarted empty": func(t *testing.T, r *redis) {
			r.kill()
			time.Sleep(2 * time.Second)
			r.start()
		},
		"paused for 5 s": func(t *testing.T, r *redis) {
			r.pause()
			time.Sleep(5 * time.Second)
			r.resume()
		},
		"wiped": func(t *testing.T, r *redis) { r.do("FLUSHALL") },
	} {
		t.Run(name, func(t *testing.T) {
			api, redis := startFleetAPI(t), startRedis(t)
			l := fleetLoad{processes: startFleet(t, 3, api, redis), events: 2000, senders: 8}
			l.meanwhile = func() {
				until(t, "the load has begun", func() bool { total, _ := api.devices(); return total > 500 })
				outage(t, redis)
				before, _ := api.devices()
				until(t, "the load has gone on", func() bool { total, _ := api.devices(); return total > before+500 })
			}
			events, outcomes, lost, repeated := l.run(t)
			total, _ := api.devices()
			t.Logf("%d messages for %d events, %v, Redis lost %d times, %d deliveries repeated", total, events, outcomes, lost, repeated)
			if outcomes["sent"] != total || len(api.got) != events {
				t.Errorf("%d messages of %d events, and %d are said to be sent", total, len(api.got), outcomes["sent"])
			}
			if outcomes["sent"]+outcomes["duplicate"] != 2*events {
				t.Errorf("outcomes of %d deliveries: %v", 2*events, outcomes)
			}
		})
	}
}
