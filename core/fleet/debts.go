package fleet

import (
	"slices"
	"sync"
	"time"

	"sendbridge/core/bridge"
)

// debts are the outcomes of messages that could not be written to Redis. Redis may still have the claims: without the outcome,
// other processes wait until the claims end, and send the messages again. The debts are sent after the next claim that
// Redis answers.
type debts struct {
	mu     sync.Mutex
	list   []debt
	window time.Duration // the window of the debts
}

// A debt is a value of the settle script.
type debt struct {
	message bridge.MessageHash
	value   string
}

const (
	maxDebts   = 10_000 // the latest ones; some 2 MB
	debtsACall = 500
)

func (d *debts) add(list []debt, window time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.window = max(d.window, window)
	d.list = append(d.list, list...)
	if over := len(d.list) - maxDebts; over > 0 {
		d.list = slices.Clone(d.list[over:])
	}
}

// take removes and returns the debts for one call.
func (d *debts) take() (list []debt, window time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	list = d.list[:min(len(d.list), debtsACall)]
	if d.list = d.list[len(list):]; len(d.list) == 0 {
		d.list = nil
	}
	return slices.Clone(list), d.window
}

// drop removes the debt of a message that is claimed again.
func (d *debts) drop(m bridge.MessageHash) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = slices.DeleteFunc(d.list, func(owed debt) bool { return owed.message == m })
}
