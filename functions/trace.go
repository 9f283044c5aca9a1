package functions

import (
	"net/http"

	"sendbridge/core"
)

// A Trace makes the spans of an event: request, decode, process, match, message, attempt. Its zero value makes none.
type Trace struct {
	Requests func(http.Handler) http.Handler // adds a span for each HTTP request
	Span     core.SpanFunc                   // begins the spans decode, process and match
	Messages func(core.Sender) core.Sender   // adds a span for each message with its retries
	Attempts func(core.Sender) core.Sender   // adds a span for each call of the API
}

func (t *Trace) handler(h http.Handler) http.Handler {
	if t.Requests == nil {
		return h
	}
	return t.Requests(h)
}

func traced(wrap func(core.Sender) core.Sender, s core.Sender) core.Sender {
	if wrap == nil {
		return s
	}
	return wrap(s)
}
