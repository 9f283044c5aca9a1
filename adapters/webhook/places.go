package webhook

import (
	"net/http"
	"time"
)

// maxInFlight deliveries at once keep memory bounded by that many bodies; the rest are told to come again.
const maxInFlight = 256

// errBusy asks for the same request again.
var errBusy = &requestError{status: http.StatusServiceUnavailable, code: "Busy", text: "too many requests in flight", wait: time.Second}

// places are what deliveries take one of each.
type places chan struct{}

// take returns how to give the place back, or an error where none is free.
func (p places) take() (leave func(), err error) {
	select {
	case p <- struct{}{}:
		return func() { <-p }, nil
	default:
		return nil, errBusy
	}
}
