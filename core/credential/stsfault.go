package credential

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// fault returns the error of a call without an answer.
func (s *sts) fault(action, code string) *Error {
	e := newFault(s.provider, code, "")
	e.Step = "sts:" + action
	return e
}

// unsent returns the error for an invalid endpoint, which Open rejects.
func (s *sts) unsent(action string) error { return s.fault(action, fault.CodeSTSUnreachable) }

// unanswered returns the error of a network fault, which says nothing about the credentials.
func (s *sts) unanswered(ctx context.Context, action string, err error) error {
	return unanswered(ctx, s.fault(action, fault.CodeSTSUnreachable), s.endpoint, err)
}

func unanswered(ctx context.Context, e *Error, endpoint string, err error) error {
	e.Class, e.Endpoint = fault.ClassTransient, endpoint
	e.Message = "no answer from " + endpoint
	var dns *net.DNSError
	switch timeout := (net.Error)(nil); {
	case errors.As(err, &dns):
		e.Message += ": its name could not be resolved"
		e.Advice = "the endpoint's region, and that this machine can resolve names"
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		e.Code = fault.CodeSTSTimeout
		e.Advice = "the network: a function in a VPC needs a NAT gateway to reach the public network"
	default:
		e.Advice = "the endpoint and the network"
	}
	return e
}

// refused explains an error of STS. clean removes secrets from its text.
func (s *sts) refused(action string, resp *http.Response, body []byte, clean func(string) string) error {
	var answer struct{ Code, Message, RequestID string }
	_ = json.Unmarshal(body, &answer) // an answer that is not JSON has no code
	e := s.fault(action, cmp.Or(word(answer.Code), "HTTP"+strconv.Itoa(resp.StatusCode)))
	e.Cloud, e.Status = alibabaCloud, resp.StatusCode
	e.Message, e.RequestID = clean(answer.Message), cmp.Or(word(answer.RequestID), word(resp.Header.Get("X-Acs-Request-Id")))
	switch {
	case strings.HasPrefix(e.Code, "Throttling") || resp.StatusCode == http.StatusTooManyRequests:
		e.Class, e.Actor = fault.ClassThrottled, fault.ActorAlibaba
		e.Advice = "how many instances start at the same time: STS allows 100 calls a second for an account"
	case resp.StatusCode >= http.StatusInternalServerError:
		e.Class, e.Actor = fault.ClassTransient, fault.ActorAlibaba
		e.Advice = "nothing at first; if it persists, give Alibaba Cloud's support the request id"
	case resp.StatusCode == http.StatusOK:
		e.Code, e.Advice = fault.CodeCredentialsIncomplete, "what answers instead of STS"
	default:
		e.Retry = fault.RetryNo
		e.Actor, e.Advice = refusal(action, e.Code, answer.Message)
	}
	return e
}

// word returns a text that is a single token, such as a code, and an empty string for anything else.
func word(text string) string {
	foreign := func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if len(text) > 80 || strings.HasPrefix(text, "eyJ") || strings.ContainsFunc(text, foreign) {
		return ""
	}
	return text
}

// newTransport returns a transport that keeps no connections: one call an hour needs none, and a frozen function would find
// them closed.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: maxAnswer,
	}
}
