package onsmqtt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"sendbridge/core/fault"
)

// failure explains why there was no answer. If nothing has ever listened, the endpoint is wrong; otherwise this address may
// be blocked.
func (c *Client) failure(ctx context.Context, a *attempt, err error, hide secrets) *Error {
	var wrapped *url.Error
	for errors.As(err, &wrapped) { // from a transport of the caller; its text contains the URL, and so the payload
		err = wrapped.Err
	}
	code, text := a.diagnose(ctx, err)
	if code == codeConnectionRefused && !c.answered.Load() {
		code = codeEndpointRefused
	}
	return &Error{Code: code, Message: text + hide.clean(err.Error()), cause: ctx.Err()}
}

func (a *attempt) diagnose(ctx context.Context, err error) (code, text string) {
	var (
		dns *net.DNSError
		op  *net.OpError
	)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return codeCanceled, "the caller gave up: "
	case ctx.Err() != nil:
		return codeTimeout, "no answer within the call's time: "
	case a.connections > 1:
		return codeConnectionStale, "the connection was lost, and the request was not repeated with the same signature: "
	case errors.Is(err, errProxy), errors.As(err, &op) && op.Op == "proxyconnect":
		return codeProxy, "the proxy failed: "
	case errors.As(err, &dns):
		return codeDNS, "the endpoint's name could not be resolved: "
	case isTLS(err):
		return codeTLS, "no secure connection to the endpoint: "
	case errors.Is(err, syscall.ECONNREFUSED):
		return codeConnectionRefused, "nothing listens at the endpoint: "
	case isTimeout(err):
		return codeTimeout, "no answer in time: "
	case a.reused:
		return codeConnectionStale, "a kept connection was found closed: "
	case isReset(err):
		return codeConnectionReset, "the connection was closed before an answer: "
	}
	return codeNetwork, "no answer: "
}

func isTLS(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		record      tls.RecordHeaderError
		op          *net.OpError
	)
	switch {
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &hostname), errors.As(err, &record):
		return true
	case errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error"): // a TLS alert
		return true
	}
	return errors.Is(err, http.ErrSchemeMismatch)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func isReset(err error) bool {
	for _, reset := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED} {
		if errors.Is(err, reset) {
			return true
		}
	}
	return false
}

// answerLost explains why an answer broke off. The API may have accepted the message.
func answerLost(ctx context.Context, err error, resp *http.Response, hide secrets) *Error {
	return &Error{
		Code:       codeAnswerLost,
		Message:    "the answer broke off: " + hide.clean(err.Error()),
		Status:     resp.StatusCode,
		RequestID:  hide.word(resp.Header.Get("X-Acs-Request-Id")),
		retryAfter: retryAfter(resp.Header),
		cause:      ctx.Err(),
	}
}

// providerError returns an error with its own code unchanged, because it is more precise.
func providerError(ctx context.Context, err error) error {
	if fault.Of(err).Code != "" {
		return err
	}
	code := codeNoCredentials // a late provider says nothing about the API, so this is not a timeout of a call
	if errors.Is(ctx.Err(), context.Canceled) {
		code = codeCanceled
	}
	return &Error{Code: code, Message: "no credentials: " + secrets{}.clean(err.Error()), cause: err}
}
