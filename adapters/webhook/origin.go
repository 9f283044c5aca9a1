package webhook

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// origins are the senders that may deliver, by the DNS name that they state. The handshake keeps a sender from flooding
// a site that does not expect it. It authenticates nobody: only a token does.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
type origins struct {
	any   bool
	names []string
}

func newOrigins(names []string) origins {
	return origins{any: len(names) == 0 || slices.Contains(names, "*"), names: names}
}

// include compares complete names and ignores case, as DNS does.
func (o origins) include(name string) bool {
	return o.any || slices.ContainsFunc(o.names, func(allowed string) bool {
		return allowed != "" && len(allowed) == len(name) && strings.EqualFold(allowed, name)
	})
}

// check applies the handshake's result to a delivery: a sender with permission states its origin in each. Older
// senders, and browsers, state it in Origin.
func (o origins) check(h http.Header) error {
	if o.any {
		return nil
	}
	claims := slices.Concat(h["Webhook-Request-Origin"], h["Origin"])
	if len(claims) == 0 {
		return forbidden("the origin is missing: send WebHook-Request-Origin as in the handshake")
	}
	for _, name := range claims {
		if !o.include(name) {
			return forbidden("origin %q is not allowed", name)
		}
	}
	return nil
}

// handshake grants or denies deliveries. It never calls the address in WebHook-Request-Callback, because anybody can
// name any address there.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#42-validation-response
func handshake(r *http.Request, allowed origins, allowedRate int) (answer, error) {
	origin, err := single(r.Header, "Webhook-Request-Origin")
	switch {
	case err != nil:
		return answer{}, err
	case origin == "":
		return answer{}, &requestError{status: http.StatusBadRequest, code: "OriginMissing",
			text: "header WebHook-Request-Origin is missing: a handshake must name the sender"}
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
