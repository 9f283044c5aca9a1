package inlet

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/internal/charset"
)

// A signedText is the text that a signature covers: literals and parts of the request in order.
type signedText []signedPart

// A signedPart is a literal or a placeholder.
type signedPart struct {
	from    partSource
	literal string
	name    string // the name of a header, of a field of the signature's header, or of a member of the body
}

type partSource uint8

const (
	fromLiteral   partSource = iota
	fromBody                 // ${body}
	fromHeader               // ${header.NAME}
	fromSignature            // ${signature.NAME}: NAME=… in the signature's header
	fromMember               // ${$.NAME}: a text or number of a JSON body
	fromURL                  // ${url}
	fromForm                 // ${form}
	fromMethod               // ${method}
)

// parseSigned parses a template such as v0:${header.X-Slack-Request-Timestamp}:${body}.
func parseSigned(text string) (list signedText, err error) {
	for text != "" {
		literal, rest, found := strings.Cut(text, "${")
		if literal != "" {
			list = append(list, signedPart{literal: literal})
		}
		if !found {
			break
		}
		placeholder, after, closed := strings.Cut(rest, "}")
		part, ok := partOf(placeholder)
		if !closed || !ok {
			return nil, fmt.Errorf("${%s} is not known: write ${body}, ${header.NAME}, ${signature.NAME}, ${$.NAME}, ${url}, ${form} or ${method}", placeholder)
		}
		list, text = append(list, part), after
	}
	return list, nil
}

func partOf(placeholder string) (signedPart, bool) {
	switch placeholder {
	case "body":
		return signedPart{from: fromBody}, true
	case "url":
		return signedPart{from: fromURL}, true
	case "form":
		return signedPart{from: fromForm}, true
	case "method":
		return signedPart{from: fromMethod}, true
	}
	for prefix, from := range map[string]partSource{"header.": fromHeader, "signature.": fromSignature, "$.": fromMember} {
		if name, ok := strings.CutPrefix(placeholder, prefix); ok && name != "" && strings.Trim(name, nameLetters) == "" {
			return signedPart{from: from, name: name}, true
		}
	}
	return signedPart{}, false
}

const nameLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func (s signedText) has(from ...partSource) bool {
	return slices.ContainsFunc(s, func(p signedPart) bool { return slices.Contains(from, p.from) })
}

// header returns the first header in the text, or an empty string.
func (s signedText) header() string {
	for _, p := range s {
		if p.from == fromHeader {
			return p.name
		}
	}
	return ""
}

// A signedMessage is the request that a signedText is rendered from.
type signedMessage struct {
	request *http.Request
	body    []byte
	fields  map[string]string // the fields of the signature's header
	url     string
}

// render returns the parts. A header's value must not contain the literal that follows it. Otherwise the same text could be
// split into other headers and another body, for which the signature would be valid, too.
func (s signedText) render(m *signedMessage) ([][]byte, error) {
	var parts [][]byte
	for i, p := range s {
		value, err := p.render(m)
		if err != nil {
			return nil, err
		}
		if next := i + 1; next < len(s) && p.from != fromLiteral && p.from != fromBody && p.from != fromURL && s[next].literal != "" && strings.Contains(string(value), s[next].literal) {
			return nil, rejected(fmt.Sprintf("%s contains %q, which separates it from the rest in the signed text", p.name, s[next].literal))
		}
		parts = append(parts, value)
	}
	return parts, nil
}

func (p signedPart) render(m *signedMessage) ([]byte, error) {
	switch p.from {
	case fromBody:
		return m.body, nil
	case fromHeader:
		value, err := onlyHeader(m.request.Header, p.name)
		return []byte(value), err
	case fromSignature:
		if m.fields[p.name] == "" {
			return nil, rejected("the signature's header has no " + p.name)
		}
		return []byte(m.fields[p.name]), nil
	case fromMember:
		return p.member(m.body)
	case fromURL:
		return []byte(m.address()), nil
	case fromForm:
		return m.form()
	case fromMethod:
		return []byte(m.request.Method), nil
	}
	return []byte(p.literal), nil
}

func (p signedPart) member(body []byte) ([]byte, error) {
	if isJSONText(body) {
		if v := gjson.GetBytes(body, p.name); v.Type == gjson.String || v.Type == gjson.Number {
			return []byte(v.String()), nil
		}
	}
	return nil, rejected("the body has no " + p.name)
}

// address returns the address that the sender called: the inlet's url, with the request's query if the url has none.
func (m *signedMessage) address() string {
	if m.request.URL.RawQuery == "" || strings.Contains(m.url, "?") {
		return m.url
	}
	return m.url + "?" + m.request.URL.RawQuery
}

// form returns the names and values of a form without separators, in the order of the names. For a body that is not a form,
// the address contains its hash: bodySHA256.
// https://www.twilio.com/docs/usage/webhooks/webhooks-security
func (m *signedMessage) form() ([]byte, error) {
	if !charset.IsForm(m.request.Header.Get("Content-Type")) {
		sum := sha256.Sum256(m.body)
		given := m.request.URL.Query().Get("bodySHA256")
		if subtle.ConstantTimeCompare([]byte(strings.ToLower(given)), []byte(hex.EncodeToString(sum[:]))) == 0 && (len(m.body) > 0 || given != "") {
			return nil, rejected("the address has no bodySHA256 that matches the body")
		}
		return nil, nil
	}
	values, err := url.ParseQuery(string(m.body))
	if err != nil {
		return nil, rejected("the body is not a form")
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list := slices.Clone(values[name])
		slices.Sort(list)
		for _, value := range slices.Compact(list) {
			b.WriteString(name + value)
		}
	}
	return []byte(b.String()), nil
}

// textsOf returns the signed text, and the part of it that contains the time.
func textsOf(s settings) (signed, timed signedText, err error) {
	text := s.text("signed")
	if text == "" {
		text = "${body}"
	}
	if signed, err = parseSigned(text); err != nil {
		return nil, nil, fmt.Errorf("signed: %w", err)
	}
	switch {
	case !signed.has(fromBody, fromForm):
		return nil, nil, errors.New("signed must contain ${body} or ${form}: a signature that does not cover the body proves nothing about it")
	case signed.has(fromURL) && s.text("url") == "":
		return nil, nil, errors.New("signed contains ${url}: write url, the address that the sender calls")
	}
	if timestamp := s.text("timestamp"); timestamp != "" {
		timed, err = parseSigned(timestamp)
	} else {
		timed = signed.time()
	}
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("timestamp: %w", err)
	case timed != nil && !signed.coverAll(timed):
		return nil, nil, errors.New("timestamp must be a part of signed: a time that is not signed proves nothing")
	case timed == nil && s.text("tolerance") != "":
		return nil, nil, errors.New("tolerance needs a time: write timestamp, such as timestamp: ${header.X-Timestamp}")
	}
	return signed, timed, nil
}

// time finds the part that contains the time by its name, if exactly one part has such a name.
func (s signedText) time() signedText {
	var found signedText
	for _, p := range s {
		name := strings.ToLower(p.name)
		if p.from == fromHeader && strings.Contains(name, "time") || p.from == fromSignature && (name == "t" || name == "ts") {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found
}

// coverAll reports whether all parts of a time are signed.
func (s signedText) coverAll(timed signedText) bool {
	for _, p := range timed {
		if p.from != fromLiteral && p.from != fromMember && !slices.Contains(s, p) {
			return false
		}
	}
	return true
}
