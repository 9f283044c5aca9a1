package fleet

import (
	"log/slog"
	"sync"
	"time"
)

// probeEvery is how often a process checks whether a lost Redis is back, as long as it has requests.
const probeEvery = 500 * time.Millisecond

// Health is whether Redis is used, and counts of its answers.
type Health struct {
	Degraded bool   // Redis is unavailable, slow or faulty, so each process works on its own
	Asked    uint64 // requests, also those that were not made while degraded
	Failed   uint64 // requests that Redis did not answer in time, or answered with an error
	Lost     uint64 // changes from healthy to degraded
}

// health decides which callers may ask Redis. It needs no goroutine, because ordinary requests are the probes, twice a
// second.
type health struct {
	log *slog.Logger
	now func() time.Time

	mu       sync.Mutex
	state    Health
	since    time.Time // when Redis was lost
	probe    time.Time // the time of the next probe
	probing  bool
	failures uint64 // failures since Redis was lost
}

func newHealth(log *slog.Logger, now func() time.Time) *health {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &health{log: log, now: now}
}

// enter reports whether the caller may ask Redis, and whether the request is a probe. A caller that may ask must call
// leave.
func (h *health) enter() (probe, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state.Degraded && (h.probing || h.now().Before(h.probe)) {
		return false, false
	}
	h.probing = h.state.Degraded
	h.state.Asked++
	return h.probing, true
}

// leave records the result of a request: a nil error is an answer. The result of a caller that went away does not count.
func (h *health) leave(probe bool, err error, wentAway bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if probe {
		h.probing = false
	}
	switch {
	case wentAway:
	case err != nil:
		h.fail(err)
	case probe:
		h.state.Degraded = false
		h.log.Info("Redis is back: quota and dedup are shared with the fleet again",
			"after", h.now().Sub(h.since).Round(time.Millisecond).String(), "failures", h.failures)
	}
}

func (h *health) fail(err error) {
	now := h.now()
	h.state.Failed++
	h.probe = now.Add(probeEvery)
	if h.state.Degraded {
		h.failures++
		return
	}
	h.state.Degraded, h.since, h.failures = true, now, 1
	h.state.Lost++
	h.log.Warn("Redis is not available: this process continues at SENDBRIDGE_RATE and with its own dedup memory", "error", err.Error())
}

func (h *health) status() Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}
