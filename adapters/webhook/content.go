package webhook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"sendbridge/internal/charset"
	"sendbridge/internal/jsontext"
)

// A content is a body without content codings, in UTF-8 if it is text.
type content struct {
	body      []byte
	mediaType string // describes body: if the charset was another, it says utf-8
}

// ReadBody reads the body of a request that is not a CloudEvent. It decodes content codings, converts text to UTF-8 and
// returns the media type of the result. It recognises JSON whatever the Content-Type says. Limits and errors are those
// of Decode.
func ReadBody(r *http.Request) (body []byte, mediaType string, err error) {
	wire, err := readBody(r)
	if err != nil {
		return nil, "", err
	}
	c, err := contentAtInlet(r.Header, wire, defaultMaxBody)
	return c.body, c.mediaType, err
}

// contentOf returns the content of a body as sent. An error is a 400, 413 or 415.
func contentOf(h http.Header, wire []byte, limit int64) (content, error) {
	body, err := undoCodings(h, wire, limit)
	if err != nil {
		return content{}, err
	}
	return decodeText(body, h.Get("Content-Type"), limit)
}

// contentAtInlet is contentOf for senders whose Content-Type may be wrong: it recognises JSON whatever the Content-Type
// says, and forms of text.
func contentAtInlet(h http.Header, wire []byte, limit int64) (content, error) {
	body, err := undoCodings(h, wire, limit)
	if err != nil {
		return content{}, err
	}
	mediaType := h.Get("Content-Type")
	asJSON := mime.FormatMediaType("application/json", map[string]string{"charset": cmp.Or(charset.Of(mediaType), "utf-8")})
	if text, _, err := charset.ToUTF8(body, asJSON, limit); err == nil {
		switch jsontext.Check(text) {
		case jsontext.TooDeep:
			return content{}, errTooDeep
		case jsontext.JSON:
			if !charset.IsJSON(mediaType) {
				mediaType = "application/json"
			}
			return content{text, charset.Relabel(mediaType)}, nil
		}
	}
	c, err := decodeText(body, mediaType, limit)
	if err == nil && charset.IsForm(mediaType) && !isFormOfText(c.body) {
		err = notText(charset.ErrUnfit, mediaType, limit)
	}
	return c, err
}

var errTooDeep = invalid("the body nests deeper than %d arrays and objects", jsontext.MaxDepth)

// maxFields limits the fields of a form.
const maxFields = 10_000

var errFormTooLarge = &requestError{status: http.StatusRequestEntityTooLarge, code: "FormTooLarge",
	text: fmt.Sprintf("the form has more than the allowed %d fields", maxFields)}

func decodeText(body []byte, mediaType string, limit int64) (content, error) {
	if charset.IsForm(mediaType) {
		if bytes.Count(body, []byte("&")) >= maxFields {
			return content{}, errFormTooLarge
		}
		if form, ok, err := decodeForm(body, charset.Of(mediaType), limit); ok {
			return content{form, charset.Relabel(mediaType)}, notText(err, mediaType, limit)
		}
	}
	text, trueType, err := charset.ToUTF8(body, mediaType, limit)
	if len(text) == 0 {
		text = nil // an empty body is no data
	}
	return content{text, trueType}, notText(err, mediaType, limit)
}

// decodeForm converts a form of another charset to UTF-8, including its percent-encoded bytes. ok is false for a body
// that is not a form and for a Unicode form, which are decoded like any text.
func decodeForm(body []byte, name string, limit int64) (form []byte, ok bool, err error) {
	values, err := url.ParseQuery(string(body))
	if _, mark := charset.CutMark(body); err != nil || mark != "" || charset.IsUnicode(name) {
		return nil, false, nil
	}
	decoded := make(url.Values, len(values))
	for field, list := range values {
		parts := append([]string{field}, list...)
		for i, part := range parts {
			text, err := charset.Decode([]byte(part), name, limit)
			if err != nil {
				return nil, true, err
			}
			parts[i] = string(text)
		}
		decoded[parts[0]] = append(decoded[parts[0]], parts[1:]...)
	}
	encoded := decoded.Encode()
	if int64(len(encoded)) > limit {
		return nil, true, charset.ErrTooLarge
	}
	return []byte(encoded), true, nil
}

func isFormOfText(body []byte) bool {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return true // it is not a form and stays as it is
	}
	for name, list := range values {
		if !utf8.ValidString(name) || slices.ContainsFunc(list, func(v string) bool { return !utf8.ValidString(v) }) {
			return false
		}
	}
	return true
}

// notText returns the error about a text and its charset, or nil for nil.
func notText(err error, mediaType string, limit int64) error {
	if err == nil {
		return nil
	}
	name := charset.Of(mediaType)
	switch {
	case errors.Is(err, charset.ErrTooLarge):
		return bodyTooLarge(limit)
	case errors.Is(err, charset.ErrUnknown):
		return unsupported("charset %q is not supported: send utf-8", name)
	case name == "":
		return unreadableText("the body is not UTF-8 and Content-Type names no charset: send UTF-8 or name the charset")
	}
	return unreadableText(fmt.Sprintf("the body has bytes that are invalid in charset %q", name))
}

func unreadableText(text string) error {
	return &requestError{status: http.StatusBadRequest, code: "BodyUnreadable", text: text}
}
