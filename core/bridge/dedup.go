package bridge

import (
	"context"
	"crypto/sha256"
	"strconv"
	"sync"
	"time"

	"sendbridge/core"
)

// A dedup keeps a message from being sent again while its window is open, so that of a batch which its trigger brings
// again whole only that is sent which was not acknowledged. It knows this process alone, and only so many messages:
// delivery stays at least once.
type dedup struct {
	mu       sync.Mutex
	seen     seenSet
	inFlight map[messageHash]*inFlightMessage // being sent; nil until somebody waits
}

// A messageHash stands for a message's way in, event, rule and element: see dedupKey.
type messageHash [16]byte

// An inFlightMessage is a message that is being sent and waited for. All but landed is for reading once that is closed.
// x/sync/singleflight does not serve: who waits in its Do cannot leave, its DoChan costs every message a goroutine and
// lets a panic end the process, and neither hands over when the first caller goes away.
type inFlightMessage struct {
	done      chan struct{}
	receipt   core.Receipt
	err       error
	abandoned bool // its caller went away before the outcome was known
}

func newDedup(window time.Duration, now func() time.Time) *dedup {
	return &dedup{seen: newSeenSet(window, now), inFlight: make(map[messageHash]*inFlightMessage)}
}

// hashOf puts a length before each text, as they may hold any character.
func hashOf(o *dedupKey, rule string, element int) messageHash {
	var room [512]byte
	b := room[:0]
	for _, s := range [...]string{o.ingress, o.source, o.id, o.kind, o.subject, rule} {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(append(b, ':'), s...)
	}
	b = append(b, o.data[:]...)
	sum := sha256.Sum256(strconv.AppendInt(b, int64(element), 10))
	return messageHash(sum[:])
}

// once calls send unless the message was settled within the window: then it returns the receipt of that time and true.
// While the message is being sent for another caller, it waits for the outcome and returns that, a failure too. If
// that caller goes away before the outcome is known, the next in line sends. A retry sends what was dead-lettered.
func (d *dedup) once(ctx context.Context, k messageHash, retry bool, send func() (core.Receipt, error)) (r core.Receipt, known bool, err error) {
	for {
		d.mu.Lock()
		if r, ok := d.seen.get(k); ok && !(retry && r.MsgID == "") {
			d.mu.Unlock()
			return r, true, nil
		}
		f, ok := d.inFlight[k]
		if !ok {
			d.inFlight[k] = nil
			d.mu.Unlock()
			return d.send(ctx, k, send)
		}
		if f == nil {
			f = &inFlightMessage{done: make(chan struct{})}
			d.inFlight[k] = f
		}
		d.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return core.Receipt{}, false, ctx.Err()
		}
		if !f.abandoned {
			return f.receipt, f.err == nil, f.err
		}
	}
}

func (d *dedup) send(ctx context.Context, k messageHash, send func() (core.Receipt, error)) (r core.Receipt, known bool, err error) {
	left := true // until send returns: when it panics, those who wait must not wait for good
	defer func() { d.finish(k, r, err, left) }()
	r, err = send()
	left = err != nil && ctx.Err() != nil
	return r, false, err
}

func (d *dedup) finish(k messageHash, r core.Receipt, err error, left bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.inFlight[k]; f != nil {
		f.receipt, f.err, f.abandoned = r, err, left
		close(f.done)
	}
	delete(d.inFlight, k)
	if err == nil && !left {
		d.seen.add(k, r)
	}
}

// deadLettered settles a message whose event was dead-lettered, unless it was sent for another caller meanwhile.
func (d *dedup) deadLettered(k messageHash) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok := d.seen.get(k); !ok || r.MsgID == "" {
		d.seen.add(k, core.Receipt{})
	}
}

// renew begins a message's window anew.
func (d *dedup) renew(k messageHash, r core.Receipt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen.add(k, r)
}

// forget lets what was settled be sent again.
func (d *dedup) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = newSeenSet(d.seen.window, d.seen.now)
}
