// Package onsmqtt is a client of one operation, SendMessage, of ApsaraMQ for MQTT, version 2020-04-20. It signs, sends and
// explains: an Error says whose fault a failure is, whether to retry and what to do. It makes one attempt per call.
// Retries, rate, and limits of topic and payload are left to its caller.
//
// https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/api-onsmqtt-2020-04-20-sendmessage
package onsmqtt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
)

// A Client sends messages to one instance. It is safe for concurrent use, and printing it shows no secret.
type Client struct {
	scheme, host string
	prefix       string // the encoded parameters before the topic
	provider     Provider
	options      Options
	signers      sync.Pool
	answered     atomic.Bool // whether anything at the endpoint has ever answered
}

// A Receipt says that the API accepted a message. It does not mean that a device has received it.
type Receipt struct{ MsgID, RequestID string }

// New returns a client of the instance at an endpoint, an absolute URL without a path: https://, or http:// to a loopback
// host. It makes no call.
func New(endpoint, instanceID string, p Provider, o *Options) (*Client, error) {
	options, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	u, err := parseEndpoint(endpoint, options.Insecure)
	switch {
	case err != nil:
		return nil, err
	case instanceID == "" || strings.ContainsFunc(instanceID, unprintable):
		return nil, fmt.Errorf("instance id %q: want one such as \"post-cn-0pp12gl0001\" or \"mqtt-cn-0pp12gl0001\"", instanceID)
	case p == nil:
		return nil, errors.New("provider: nil, want a function that returns credentials")
	}
	return &Client{
		scheme: u.Scheme, host: u.Host,
		prefix:   "InstanceId=" + string(appendForm(nil, instanceID)) + "&MqttTopic=",
		provider: p,
		options:  options,
		signers:  sync.Pool{New: func() any { return new(signer) }},
	}, nil
}

// SendMessage makes one signed call and returns once the API has answered or ctx is done, which limits its time. It sends
// the bytes of a payload unchanged, whatever their encoding. A nil error means that the API returned a MsgId. Any other
// error is an *Error, or the provider's own if that has a class. It does not mean that no device gets the message: its
// class and Retry say what to do.
func (c *Client) SendMessage(ctx context.Context, topic, payload string) (Receipt, error) {
	credentials, err := c.provider(ctx)
	if err != nil {
		return Receipt{}, providerError(ctx, err)
	}
	call, err := c.prepare(credentials, topic, payload)
	if err != nil {
		return Receipt{}, err
	}
	hide := secrets{credentials, call.signature, payload}
	call.request = *call.request.WithContext(call.begin(ctx, c.scheme))
	defer call.end()
	resp, err := c.options.Transport.RoundTrip(&call.request)
	if err != nil {
		return Receipt{}, c.failure(ctx, &call.attempt, err, hide)
	}
	defer resp.Body.Close()
	if !c.answered.Load() {
		c.answered.Store(true)
	}
	body, err := readAnswer(resp, call.answer[:])
	if err != nil {
		return Receipt{}, answerLost(ctx, err, resp, hide)
	}
	return decode(resp, body, c.options.now, hide)
}

func (c *Client) prepare(credentials Credentials, topic, payload string) (*call, error) {
	s := c.signers.Get().(*signer)
	defer c.signers.Put(s)
	if err := s.use(credentials); err != nil {
		return nil, err
	}
	return c.sign(s, s.stamp(c.options.now(), c.options.nonces), topic, payload), nil
}

// Format writes only the endpoint, for any verb. Without this method, fmt would print buffers and credentials.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "onsmqtt.Client("+c.scheme+"://"+c.host+")")
}

// CloseIdleConnections closes the connections that no call uses.
func (c *Client) CloseIdleConnections() {
	if t, ok := c.options.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
