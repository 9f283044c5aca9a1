package httpevent

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"sendbridge/internal/jsontext"

	"github.com/tidwall/gjson"
)

// A Shape is the JSON format in which one platform encodes a request and its answer. Each file has one, or two that are
// nearly equal.
type Shape struct {
	Name    string // such as "function-url"
	match   func(event gjson.Result) bool
	request func(event gjson.Result) request
	answer  func(event gjson.Result, w *recorder) answer
}

// Lambda returns the shape of a payload that AWS passes to a function for an HTTP request, or nil if it is not a request.
func Lambda(payload []byte) *Shape {
	return recognise(payload, &functionURL, &gatewayV2, &gatewayV1, &balancer, &latticeV2, &latticeV1)
}

// FunctionCompute returns the shape of a payload that Alibaba Cloud passes to a function for an HTTP request, or nil if it
// is not a request.
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

// Request decodes a payload of this shape to a request, whose body is in memory and whose length is known. The request does
// not refer to the payload. It returns an error if the payload is not a valid request.
func (s *Shape) Request(ctx context.Context, payload []byte) (*http.Request, error) {
	return s.request(gjson.ParseBytes(payload)).build(ctx)
}

// Serve decodes a payload of this shape, lets h answer the request, and returns the answer in the same shape. The answer
// always has a status: 400 for an invalid request, 500 if h panics.
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

// An answer has the members of all shapes. Header members are encoded unless nil, even if empty, because some platforms
// reject an answer without them.
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
	e.Encode(a) // numbers and valid strings always encode
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// has reports whether a JSON object has all members, by their exact names.
func has(object gjson.Result, names ...string) bool {
	for _, name := range names {
		if !object.Get(name).Exists() {
			return false
		}
	}
	return true
}
