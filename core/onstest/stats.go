package onstest

import "maps"

// Stats counts calls of the API since the start or the last reset. Requests equals Accepted plus all of Rejected once
// every call has ended.
type Stats struct {
	Requests  int            `json:"requests"`
	Accepted  int            `json:"accepted"`  // answered with a MsgId
	Published int            `json:"published"` // accepted, whether or not the answer was lost
	Rejected  map[string]int `json:"rejected"`  // by error code, status of an HTML page or fault; "blocked" counts calls of blocked addresses
	Peak      Peak           `json:"peakPerSecond"`
	Blocked   []string       `json:"blocked"` // currently blocked addresses

	LastSecond Peak `json:"-"` // calls in the last second
}

// Peak is the largest number of calls in any one-second window, including rejected calls.
type Peak struct {
	Account int            `json:"account"` // without calls of blocked addresses
	Address map[string]int `json:"address"`
}

type counts struct {
	requests, accepted, published int
	rejected                      map[string]int
}

// count counts an answer.
func (h *Handler) count(bad *refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if bad == nil {
		h.counts.accepted++
		return
	}
	h.counts.rejected[bad.code]++
}

// Stats returns a copy of the counts.
func (h *Handler) Stats() Stats {
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Stats{
		Requests:  h.counts.requests,
		Accepted:  h.counts.accepted,
		Published: h.counts.published,
		Rejected:  maps.Clone(h.counts.rejected),
		Peak:      Peak{Account: h.quota.account.peak, Address: map[string]int{}},
		Blocked:   h.quota.blockedAt(now),
	}
	s.LastSecond = Peak{Account: h.quota.account.came.count(now), Address: map[string]int{}}
	for ip, a := range h.quota.addresses {
		s.Peak.Address[ip] = a.peak
		s.LastSecond.Address[ip] = a.came.count(now)
	}
	return s
}

// ResetStats resets the counts and the quota, which unblocks every address.
func (h *Handler) ResetStats() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts = counts{rejected: map[string]int{}}
	h.quota = newQuota(h.quota.limits)
}

// ForgetMessages drops the messages that Messages returns.
func (h *Handler) ForgetMessages() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.messages = history{}
}

// ForgetFaults drops the faults that wait for calls.
func (h *Handler) ForgetFaults() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.faults = nil
}
