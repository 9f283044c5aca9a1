package httpevent

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"sendbridge/internal/jsontext"

	"github.com/tidwall/gjson"
)

// A Shape is how one platform writes a request and its answer as JSON. A file has one each, or two that are nearly one.
type Shape struct {
	Name    string // such as "function-url"
	match   func(event gjson.Result) bool
	request func(event gjson.Result) request
	answer  func(event gjson.Result, w *recorder) answer
}

// Lambda returns the shape of a payload that AWS hands a function for an HTTP request; nil if it is not a request.
func Lambda(payload []byte) *Shape {
	return recognise(payload, &functionURL, &gatewayV2, &gatewayV1, &balancer, &latticeV2, &latticeV1)
}

// FunctionCompute returns the shape of a payload that Alibaba Cloud hands a function for an HTTP request; nil if it is
// not a request.
func FunctionCompute(payload []byte) *Shape {
	return recognise(payload, &functionCompute, &alibabaGateway)
}

func recognise(payload []byte, shapes ...*Shape) *Shape {
	if !jsontext.Valid(payload) {
		return nil
	}
	event := gjson.ParseBytes(payload)
	if !event.IsObject() {
		return nil
	}
	for _, s := range shapes {
		if s.match(event) {
			return s
		}
	}
	return nil
}

// Request makes the request that a payload of this shape stands for, with its body in memory and its length known. It
// keeps nothing of the payload. The error is for a payload that claims to be a request and can't be one.
func (s *Shape) Request(ctx context.Context, payload []byte) (*http.Request, error) {
	return s.request(gjson.ParseBytes(payload)).build(ctx)
}

// Serve has h answer the request that a payload of this shape stands for, and returns the answer in the same shape. It
// always has a status: 400 for what can't be a request, 500 where h panics.
func (s *Shape) Serve(ctx context.Context, h http.Handler, payload []byte) []byte {
	event := gjson.ParseBytes(payload)
	w := newRecorder()
	if r, err := s.request(event).build(ctx); err != nil {
		w.problem(http.StatusBadRequest, err.Error())
	} else {
		w.serve(h, r)
	}
	return s.answer(event, w).encode()
}

// An answer has the members that any of the shapes wants. Those of headers are there when not nil, also empty: some
// platforms refuse an answer without.
type answer struct {
	StatusCode        int                 `json:"statusCode"`
	StatusDescription string              `json:"statusDescription,omitempty"`
	Headers           map[string]string   `json:"headers,omitzero"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitzero"`
	Cookies           []string            `json:"cookies,omitempty"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

func (a answer) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(a) // of numbers and valid strings: there is nothing that can't be encoded
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// has says whether a JSON object has all members, by their exact names.
func has(object gjson.Result, names ...string) bool {
	for _, name := range names {
		if !object.Get(name).Exists() {
			return false
		}
	}
	return true
}
