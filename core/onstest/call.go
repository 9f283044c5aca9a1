package onstest

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// maxBody is far above the largest legal call, whose payload has 65,536 bytes that take three each when
// percent-encoded.
const maxBody = 1 << 20

// A call is one request of the API, decoded as far as possible.
type call struct {
	*http.Request
	action   string // empty if the call names none
	decoded  bool
	bad      *refusal // why it could not be decoded
	query    []pair
	form     []pair
	values   map[string]string // query and form together
	bodyHash [sha256.Size]byte
	json     bool // whether to answer in JSON; the API's default is XML
}

// receive returns the call of a request with its action. Clients put the action into a header, the query or the form,
// wherever the other parameters are. If only the form can name it, the body is read here. Any other body is read after the
// quota, because the connection of a blocked address is closed without reading.
func (h *Handler) receive(w http.ResponseWriter, r *http.Request) *call {
	c := &call{Request: r, action: cmp.Or(r.Header.Get("X-Acs-Action"), r.URL.Query().Get("Action")),
		values: map[string]string{}, json: strings.Contains(strings.ToLower(r.Header.Get("Accept")), "json")}
	if c.action == "" {
		h.read(w, c)
	}
	return c
}

// read decodes a call, once. The call can be answered even if read returns a refusal.
func (h *Handler) read(w http.ResponseWriter, c *call) *refusal {
	if !c.decoded {
		c.decoded, c.bad = true, h.decode(w, c)
	}
	return c.bad
}

func (h *Handler) decode(w http.ResponseWriter, c *call) *refusal {
	if len(c.RequestURI) > h.maxTarget {
		return htmlPage(http.StatusRequestURITooLong)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, c.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return htmlPage(http.StatusRequestEntityTooLarge)
	} else if err != nil {
		return refuse("ContentLengthDoesNotMatch")
	}
	c.bodyHash = sha256.Sum256(body)
	bad := c.fill(body)
	if format, ok := c.values["Format"]; ok {
		c.json = strings.EqualFold(format, "JSON")
	}
	return bad
}

// fill fills in the parameters. It rejects a parameter that is given twice, because it cannot know which one counts.
func (c *call) fill(body []byte) *refusal {
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
	if i := slices.IndexFunc(c.form, func(p pair) bool { return p.name == "Action" }); i >= 0 {
		c.action = cmp.Or(c.action, c.form[i].value)
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
