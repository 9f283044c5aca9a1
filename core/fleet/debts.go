package fleet

import (
	"slices"
	"sync"

	"sendbridge/core/bridge"
)

// Debts are what became of messages while Redis did not answer. Redis may still have the claims: without the outcome other
// processes wait until those end, and send again what was sent. What is owed goes with the next outcomes that Redis takes.
type debts struct {
	mu   sync.Mutex
	list []debt
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

func (d *debts) add(list []debt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(d.list, list...)
	if over := len(d.list) - maxDebts; over > 0 {
		d.list = slices.Clone(d.list[over:])
	}
}

// appendTo moves debts to what one call tells.
func (d *debts) appendTo(list []debt) []debt {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := min(len(d.list), debtsACall)
	list = append(list, d.list[:n]...)
	if d.list = d.list[n:]; len(d.list) == 0 {
		d.list = nil
	}
	return list
}

// drop forgets what is owed for a message that is claimed again.
func (d *debts) drop(m bridge.MessageHash) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = slices.DeleteFunc(d.list, func(owed debt) bool { return owed.message == m })
}
