package webhook

import (
	"net/http"
	"time"
)

// maxInFlight limits concurrent deliveries, and so the memory for their bodies. Further requests get 503 with
// Retry-After.
const maxInFlight = 256

// errBusy asks the sender to repeat the request.
var errBusy = &requestError{status: http.StatusServiceUnavailable, code: "Busy", text: "too many requests in flight", wait: time.Second}

// places limits concurrent deliveries: each holds one place.
type places chan struct{}

// take takes a place and returns the function that releases it, or an error if none is free.
func (p places) take() (leave func(), err error) {
	select {
	case p <- struct{}{}:
		return func() { <-p }, nil
	default:
		return nil, errBusy
	}
}
