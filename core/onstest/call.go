package onstest

import (
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxBody is far above the largest legal call, whose payload has 65,536 bytes that take three each when
// percent-encoded.
const maxBody = 1 << 20

// A call is one request of the API, decoded as far as possible.
type call struct {
	*http.Request
	query    []pair
	form     []pair
	values   map[string]string // query and form together
	bodyHash [sha256.Size]byte
	json     bool // whether to answer in JSON; the API's default is XML
}

// read decodes a request. The call can be answered even if read returns a refusal.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) (*call, *refusal) {
	c := &call{Request: r, values: map[string]string{}, json: strings.Contains(strings.ToLower(r.Header.Get("Accept")), "json")}
	if len(r.RequestURI) > h.maxTarget {
		return c, htmlPage(http.StatusRequestURITooLong)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return c, htmlPage(http.StatusRequestEntityTooLarge)
	} else if err != nil {
		return c, refuse("ContentLengthDoesNotMatch")
	}
	c.bodyHash = sha256.Sum256(body)
	bad := c.decode(body)
	if format, ok := c.values["Format"]; ok {
		c.json = strings.EqualFold(format, "JSON")
	}
	return c, bad
}

// decode fills in the parameters. It rejects a parameter that is given twice, because it cannot know which one counts.
func (c *call) decode(body []byte) *refusal {
	var ok bool
	if c.query, ok = parseForm(c.URL.RawQuery); !ok {
		return refuse("InvalidParameter").because("the query string has a malformed percent-encoding")
	}
	if len(body) > 0 {
		if kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
			return refuse("InvalidContentType").because("a body must be application/x-www-form-urlencoded")
		}
		if c.form, ok = parseForm(string(body)); !ok {
			return refuse("InvalidParameter").because("the form has a malformed percent-encoding")
		}
	}
	for _, pairs := range [][]pair{c.query, c.form} {
		for _, p := range pairs {
			if _, twice := c.values[p.name]; twice {
				return refuse("InvalidParameter").because("parameter " + quoted(p.name) + " is given twice")
			}
			c.values[p.name] = p.value
		}
	}
	return nil
}
