package httpevent

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

// A request holds the parts of a request of any shape.
type request struct {
	method   string
	path     string // percent-encoded
	rawQuery string
	header   http.Header
	body     gjson.Result
	base64   gjson.Result // whether body is
	host     string       // used if there is no Host header
	sourceIP string
}

func (q request) build(ctx context.Context) (*http.Request, error) {
	if q.method == "" {
		return nil, errors.New("the event has no method")
	}
	body, err := q.content()
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, q.method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("method %q: want an HTTP method", q.method)
	}
	r.GetBody = nil
	r.Header = q.header
	r.Host = q.host
	if host := q.header.Get("Host"); host != "" {
		r.Host = host
	}
	q.header.Del("Host")
	r.URL = &url.URL{RawQuery: q.rawQuery}
	setPath(r.URL, q.path)
	r.RequestURI = r.URL.RequestURI()
	if q.sourceIP != "" {
		r.RemoteAddr = net.JoinHostPort(q.sourceIP, "0")
	}
	return r, nil
}

// content returns the body. Some gateways encode the flag as a string.
func (q request) content() ([]byte, error) {
	text := q.body.String()
	if q.base64.String() != "true" {
		return []byte(text), nil
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("the event's body is not base64, although it claims to be")
	}
	return body, nil
}

// setPath sets the path from its encoded form. A path that is not validly encoded was decoded before, and stays as it is.
func setPath(u *url.URL, sent string) {
	if !strings.HasPrefix(sent, "/") {
		sent = "/" + sent
	}
	path, err := url.PathUnescape(sent)
	if err != nil {
		path = sent
	}
	u.Path, u.RawPath = path, sent
}

// headers returns the headers in objects, whose members are strings or lists of strings.
func headers(objects ...gjson.Result) http.Header {
	h := make(http.Header)
	for _, object := range objects {
		object.ForEach(func(name, value gjson.Result) bool {
			for _, v := range values(value) {
				h.Add(name.String(), v)
			}
			return true
		})
	}
	return h
}

// query encodes parameters that the platform has decoded, in order.
func query(parameters gjson.Result) string {
	var b strings.Builder
	parameters.ForEach(func(name, value gjson.Result) bool {
		for _, v := range values(value) {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(url.QueryEscape(name.String()) + "=" + url.QueryEscape(v))
		}
		return true
	})
	return b.String()
}

// values returns the string of a member, or the strings of its list. Null and nested lists have no values.
func values(value gjson.Result) []string {
	all := []gjson.Result{value}
	if value.IsArray() {
		all = value.Array()
	}
	var list []string
	for _, v := range all {
		if v.Type != gjson.Null && v.Type != gjson.JSON {
			list = append(list, v.String())
		}
	}
	return list
}

// either returns the first of two members that exists and is not null: platforms put the full list into one of them, or
// else a part of it into the other.
func either(first, second gjson.Result) gjson.Result {
	if first.IsObject() {
		return first
	}
	return second
}
