package functions_test

import (
	"slices"
	"time"

	"sendbridge/core/onstest"
)

// A result is the result of a fleet's messages.
type result struct {
	scenario
	delivered    int           // acknowledged, and published under the MsgId that the acknowledgement names
	refused      int           // answered with an error, so the sender still has them
	refusedAfter time.Duration // median time until the error
	lost         int           // acknowledged, but not published under that MsgId
	repeated     int           // published again
	unsure       int           // published although answered with an error; a retry publishes them twice
	unseen       int           // published, but not recorded

	goodput     float64 // delivered within the time, as a share of the quota
	lateGoodput float64 // the same for the last third of the time
	lastThird   time.Time
	stats       onstest.Stats
	blocks      []time.Time // start of each block
	rates       [instances][]turn
}

func (f *fleet) settle() result {
	end := f.start.Add(f.time)
	r := result{scenario: f.scenario, stats: f.api.Stats(), blocks: f.api.blocks, rates: f.rates, lastThird: end.Add(-f.time / 3)}
	if r.refused = len(f.refused); r.refused > 0 {
		slices.Sort(f.refused)
		r.refusedAfter = f.refused[r.refused/2]
	}
	inTime, late := 0, 0
	for id, ack := range f.acked {
		switch published, ok := f.api.published[ack.msgID]; {
		case !ok || published != id:
			r.lost++
			continue
		case ack.at.After(end):
		case ack.at.After(r.lastThird):
			late++
			fallthrough
		default:
			inTime++
		}
		r.delivered++
	}
	allowed := f.time.Seconds() * float64(f.quota())
	r.goodput, r.lateGoodput = float64(inTime)/allowed, float64(late)/(allowed/3)
	r.countRest(f)
	return r
}

// countRest counts what was published without an acknowledgement.
func (r *result) countRest(f *fleet) {
	seen := make(map[string]bool, len(f.api.published))
	for _, id := range f.api.published {
		switch _, acked := f.acked[id]; {
		case seen[id]:
			r.repeated++
		case !acked:
			r.unsure++
		}
		seen[id] = true
	}
	r.unseen = r.stats.Published - len(f.api.published)
}

func (r *result) peakOfAddress() int {
	peak := 0
	for _, n := range r.stats.Peak.Address {
		peak = max(peak, n)
	}
	return peak
}
