package fleet

import (
	"log/slog"
	"sync"
	"time"
)

// probeEvery is how often a process whose Redis is away asks whether it is back, if there is something to ask it for.
const probeEvery = 500 * time.Millisecond

// Health is whether Redis is asked, and counts of what came of it.
type Health struct {
	Degraded bool   // Redis is away, slow or wrong: each process goes on by itself
	Asked    uint64 // scripts that were run, or should have been
	Failed   uint64 // those that Redis did not answer in time, or answered with an error
	Lost     uint64 // how often it went from healthy to degraded
}

// health is who may ask Redis. It needs nobody in the background: what is asked for is the probe, twice a second.
type health struct {
	log *slog.Logger
	now func() time.Time

	mu       sync.Mutex
	state    Health
	since    time.Time // when it was lost
	probe    time.Time // when the next one is due
	probing  bool
	failures uint64 // since it was lost
}

func newHealth(log *slog.Logger, now func() time.Time) *health {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &health{log: log, now: now}
}

// enter says whether the caller may ask Redis, and whether it is the one who finds out whether it is back. Who may ask has
// to call leave.
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

// leave takes what came of a call: a nil error is an answer. A caller who went away has shown nothing.
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
	h.log.Warn("Redis is not available: this process goes on at SENDBRIDGE_RATE and with its own memory for dedup", "error", err.Error())
}

func (h *health) status() Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}
