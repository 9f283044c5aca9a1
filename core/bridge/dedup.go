package bridge

import (
	"context"
	"crypto/sha256"
	"strconv"
	"sync"
	"time"

	"sendbridge/core"
)

// A dedup prevents that a message is sent again within the window. When a trigger retries a whole batch, only the messages
// that were not acknowledged are sent. It knows this process and, with shared, other processes, and a limited number of
// messages, so delivery is still at least once.
type dedup struct {
	window time.Duration
	shared *Shared // nil means that only this process is known

	mu       sync.Mutex
	seen     seenSet
	inFlight map[MessageHash]*inFlightMessage // messages that are being sent; nil until another caller waits
}

// An inFlightMessage is a message that is being sent while other callers wait for its outcome. The fields are valid once
// done is closed. x/sync/singleflight is not suitable: callers cannot leave its Do, its DoChan costs a goroutine for each
// message and lets a panic end the process, and neither passes the work on when the first caller goes away.
type inFlightMessage struct {
	done      chan struct{}
	receipt   core.Receipt
	err       error
	abandoned bool // its caller went away before the outcome was known
}

func newDedup(window time.Duration, now func() time.Time, shared *Shared) *dedup {
	return &dedup{window: window, shared: shared, seen: newSeenSet(window, now), inFlight: make(map[MessageHash]*inFlightMessage)}
}

// hashOf puts a length before each text, because texts may contain any character.
func hashOf(o *dedupKey, rule string, element int) MessageHash {
	var room [512]byte
	b := room[:0]
	for _, s := range [...]string{o.ingress, o.source, o.id, o.kind, o.subject, rule} {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(append(b, ':'), s...)
	}
	b = append(b, o.data[:]...)
	sum := sha256.Sum256(strconv.AppendInt(b, int64(element), 10))
	return MessageHash(sum[:])
}

// once calls send, unless the message was settled within the window: then it returns the earlier receipt and true. While
// another caller sends the message, once waits and returns that caller's outcome, also a failure. If that caller goes away
// before the outcome is known, the next waiting caller sends. A retry sends messages whose event was dead-lettered.
func (d *dedup) once(ctx context.Context, k MessageHash, retry bool, send func() (core.Receipt, error)) (r core.Receipt, known bool, err error) {
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
			return d.send(ctx, k, retry, send)
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

func (d *dedup) send(ctx context.Context, k MessageHash, retry bool, send func() (core.Receipt, error)) (r core.Receipt, known bool, err error) {
	gone, left := true, d.window // true until send returns, so that other callers do not wait forever after a panic
	defer func() { d.finish(k, r, left, err, gone) }()
	if d.shared == nil {
		r, err = send()
	} else {
		r, left, known, err = d.claim(ctx, k, retry, send)
	}
	gone = err != nil && ctx.Err() != nil
	return r, known, err
}

func (d *dedup) finish(k MessageHash, r core.Receipt, left time.Duration, err error, gone bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.inFlight[k]; f != nil {
		f.receipt, f.err, f.abandoned = r, err, gone
		close(f.done)
	}
	delete(d.inFlight, k)
	if err == nil && !gone {
		d.seen.add(k, r, left)
	}
}

// deadLettered settles messages whose event was dead-lettered, except messages that another caller has sent meanwhile.
func (d *dedup) deadLettered(ctx context.Context, list []Settled) {
	d.mu.Lock()
	for i := range list {
		if r, ok := d.seen.get(list[i].Message); !ok || r.MsgID == "" {
			d.seen.add(list[i].Message, core.Receipt{}, d.window)
		}
	}
	d.mu.Unlock()
	d.settle(ctx, list...)
}

// renew restarts the windows of messages.
func (d *dedup) renew(ctx context.Context, list []Settled) {
	d.mu.Lock()
	for i := range list {
		d.seen.add(list[i].Message, list[i].Receipt, d.window)
	}
	d.mu.Unlock()
	d.settle(ctx, list...)
}

// forget removes all settled messages of this process.
func (d *dedup) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = newSeenSet(d.window, d.seen.now)
}
