package webhook

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// origins are the senders that may deliver, by the DNS name that they state. The handshake keeps a sender from
// flooding a site that expects nothing of it. It proves nothing: who a sender is, only a token says.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
type origins struct {
	any   bool
	names []string
}

func newOrigins(names []string) origins {
	return origins{any: len(names) == 0 || slices.Contains(names, "*"), names: names}
}

// include compares whole names, without regard to case as DNS does.
func (o origins) include(name string) bool {
	return o.any || slices.ContainsFunc(o.names, func(allowed string) bool {
		return allowed != "" && len(allowed) == len(name) && strings.EqualFold(allowed, name)
	})
}

// check applies the handshake's answer to a delivery: a sender that was granted it states its origin with each. Older
// senders, and browsers, state it in Origin.
func (o origins) check(h http.Header) error {
	if o.any {
		return nil
	}
	claims := slices.Concat(h["Webhook-Request-Origin"], h["Origin"])
	if len(claims) == 0 {
		return forbidden("no origin is stated: send WebHook-Request-Origin as in the handshake")
	}
	for _, name := range claims {
		if !o.include(name) {
			return forbidden("origin %q is not allowed", name)
		}
	}
	return nil
}

// handshake grants deliveries, or doesn't. WebHook-Request-Callback is for granting them later, by a call to an
// address that anybody can name: it is never called.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#42-validation-response
func handshake(r *http.Request, allowed origins, allowedRate int) (answer, error) {
	origin, err := single(r.Header, "Webhook-Request-Origin")
	switch {
	case err != nil:
		return answer{}, err
	case origin == "":
		return answer{}, &requestError{status: http.StatusBadRequest, code: "OriginMissing",
			text: "header WebHook-Request-Origin is missing: a handshake says who wants to send"}
	case !allowed.include(origin):
		return answer{}, forbidden("origin %q is not allowed", origin)
	case allowed.any:
		origin = "*"
	}
	rate := "*"
	if allowedRate > 0 {
		rate = strconv.Itoa(allowedRate)
	}
	return answer{status: http.StatusOK, header: http.Header{
		"Allow":                  {allow},
		"Webhook-Allowed-Origin": {origin},
		"Webhook-Allowed-Rate":   {rate},
	}}, nil
}

func forbidden(format string, args ...any) error {
	return &requestError{status: http.StatusForbidden, code: "OriginNotAllowed", text: fmt.Sprintf(format, args...)}
}
