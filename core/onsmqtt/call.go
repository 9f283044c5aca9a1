package onsmqtt

import (
	"io"
	"net/http"
	"net/url"
	"strings"
)

// A call is one signed request. Its parts share one allocation.
type call struct {
	attempt
	request   http.Request
	url       url.URL
	values    []string // values of the headers, stored in array as long as they fit
	array     [12]string
	body      strings.Reader
	answer    [maxReceipt]byte
	signature string // not percent-encoded; errors must not contain it
}

// newCall returns a request with these headers and those that are never signed.
func (c *Client) newCall(fields []field) *call {
	call := &call{url: url.URL{Scheme: c.scheme, Host: c.host, Path: "/"}}
	call.values = call.array[:0]
	header := make(http.Header, len(fields)+3)
	call.request = http.Request{
		Method: http.MethodPost, URL: &call.url, Host: c.host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	for _, f := range fields {
		if f.key != "Host" { // net/http sets it from the request
			call.set(f.key, f.value)
		}
	}
	call.set("Accept", jsonType)        // otherwise answers are XML
	call.set("Accept-Encoding", "gzip") // as the official SDK sends it; net/http would set it at a higher cost
	call.set("User-Agent", c.options.UserAgent)
	return call
}

// set stores a header whose key is already canonical.
func (c *call) set(key, value string) {
	c.values = append(c.values, value)
	n := len(c.values)
	c.request.Header[key] = c.values[n-1 : n : n]
}

func (c *call) authorize(authorization, signature string) {
	c.set("Authorization", authorization)
	c.signature = signature
}

// setBody does not set GetBody, because only a newly signed call may send the body again.
func (c *call) setBody(body string) {
	c.body.Reset(body)
	c.request.Body = io.NopCloser(&c.body)
	c.request.ContentLength = int64(len(body))
}
