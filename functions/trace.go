package functions

import (
	"net/http"

	"sendbridge/core"
)

// A Trace makes spans of an event's way: request, decode, process, match, message, attempt. Its zero value makes none.
type Trace struct {
	Requests func(http.Handler) http.Handler // a span for each HTTP request
	Span     core.SpanFunc                   // decode, process, match
	Messages func(core.Sender) core.Sender   // one for each message with its retries
	Attempts func(core.Sender) core.Sender   // one for each call of the API
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
