package deadletter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/internal/loopback"
)

// HTTP returns a sink that posts each event to an address in structured mode, with a bearer token unless it is empty. Any
// 2xx means that the event is kept; a redirect does not. The context limits a call's time. The address must be https://, or
// http:// on this machine. A nil transport means http.DefaultTransport. Errors contain neither the token nor more of the
// address than its host.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#32-structured-content-mode
func HTTP(address, token string, transport http.RoundTripper) (core.DeadLetterFunc, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("dead-letter sink: the address must be a URL with a host")
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback.Is(u.Hostname())):
		return nil, fmt.Errorf("dead-letter sink %s://%s: must be https, or http on this machine", u.Scheme, u.Host)
	case strings.ContainsFunc(token, isNotVisible):
		return nil, errors.New("dead-letter sink: the token contains a character that a header cannot contain")
	}
	if transport == nil {
		transport = http.DefaultTransport
	}
	return (&httpSink{url: u, token: token, transport: transport}).keep, nil
}

type httpSink struct {
	url       *url.URL
	token     string
	transport http.RoundTripper // not an http.Client, which would follow redirects and send the token
}

func (s *httpSink) keep(ctx context.Context, e event.Event) error {
	status, err := s.post(ctx, cloudevent.EncodeEvent(e))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", s.url.Host, err)
	case status/100 != 2:
		return fmt.Errorf("%s: answered %d", s.url.Host, status)
	}
	return nil
}

func (s *httpSink) post(ctx context.Context, body []byte) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String(), bytes.NewReader(body))
	if err != nil {
		return 0, withoutURL(err)
	}
	r.Header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	password, _ := s.url.User.Password()
	switch {
	case s.token != "":
		r.Header.Set("Authorization", "Bearer "+s.token)
	case s.url.User != nil:
		r.SetBasicAuth(s.url.User.Username(), password)
	}
	answer, err := s.transport.RoundTrip(r)
	if err != nil {
		return 0, withoutURL(err)
	}
	defer answer.Body.Close()
	io.CopyN(io.Discard, answer.Body, 64<<10) // read the answer so that the connection can be reused; only the status matters
	return answer.StatusCode, nil
}

// withoutURL removes the address that net/http adds to errors.
func withoutURL(err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err
	}
	return err
}

func isNotVisible(r rune) bool { return r <= ' ' || r >= 0x7F }
