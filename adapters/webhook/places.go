package webhook

import (
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

// Limits of concurrent deliveries. Further requests get 503 with Retry-After. While an event is delivered, its body takes
// several times its size: as it arrived, as text, and as data.
const (
	maxInFlight      = 256
	maxInFlightBytes = 32 << 20 // limit of their bodies together, at least four times the largest body
)

// errBusy asks the sender to repeat the request.
var errBusy = &requestError{status: http.StatusServiceUnavailable, code: "Busy", text: "too many requests in flight", wait: time.Second}

// places limits concurrent deliveries: each holds one place, and the bytes of its body.
type places struct {
	free  chan struct{}
	bytes *semaphore.Weighted
}

func newPlaces(maxBody int64) *places {
	return &places{make(chan struct{}, maxInFlight), semaphore.NewWeighted(max(maxInFlightBytes, 4*maxBody))}
}

// A place is what one delivery holds. The zero value holds nothing.
type place struct {
	of    *places
	bytes int64
}

// take takes a place for a body of a size, or more bytes for the place that it has. It returns an error if too few are free.
func (p *place) take(of *places, size int64) error {
	if p.of == nil {
		select {
		case of.free <- struct{}{}:
			p.of = of
		default:
			return errBusy
		}
	}
	if more := size - p.bytes; more > 0 {
		if !of.bytes.TryAcquire(more) {
			return errBusy
		}
		p.bytes = size
	}
	return nil
}

func (p *place) leave() {
	if p.of != nil {
		p.of.bytes.Release(p.bytes)
		<-p.of.free
	}
}
