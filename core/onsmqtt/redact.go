package onsmqtt

import (
	"strings"
	"unicode"
)

const (
	maxMessage = 300
	// sample is the number of bytes by which a secret or a payload is recognised.
	sample = 16
	// leastSample is the shortest text that can be distinguished from prose.
	leastSample = 4
)

// secrets are texts that the API, a gateway or a proxy may repeat, and that no text of ours may contain.
type secrets struct {
	credentials        Credentials
	signature, payload string
}

// clean makes a remote text safe for an error: one line of at most 300 bytes that ends before anything secret, or before
// the string to sign, which contains all secrets.
func (s secrets) clean(text string) string {
	text = oneLine(strings.ToValidUTF8(text, "?"))
	end := s.begin(text, leastSample)
	cut := end < len(text)
	if end > maxMessage {
		end, cut = maxMessage, true
	}
	text = strings.TrimSpace(strings.ToValidUTF8(text[:end], ""))
	if cut {
		text += "…"
	}
	return text
}

// Redact makes a text from elsewhere safe for an error: one line of at most 300 bytes that ends before a secret or the
// token of c, or anything in hide, in any encoding. It is for packages that call other APIs with the same credentials.
func Redact(text string, c Credentials, hide ...string) string {
	text = secrets{credentials: c}.clean(text)
	for _, h := range hide {
		text = secrets{payload: h}.clean(text)
	}
	return text
}

// word returns a text that is a single token, such as a code or a request id, and an empty string for anything else. A
// short payload may be a part of a code.
func (s secrets) word(text string) string {
	foreign := func(r rune) bool { return unprintable(r) || strings.ContainsRune(`"'<>&%?=`, r) }
	if len(text) > 64 || strings.ContainsFunc(text, foreign) || s.begin(text, sample) < len(text) {
		return ""
	}
	return text
}

// begin returns the index of the first secret, or the length of text. A payload counts if at least least of its bytes
// match.
func (s secrets) begin(text string, least int) int {
	end := len(text)
	find := func(mark string) {
		if i := strings.Index(text, mark); i >= 0 {
			end = min(end, i)
		}
	}
	text = lowerASCII(text)
	for _, mark := range []string{"stringtosign", "string to sign", "string-to-sign", "canonicalrequest", "canonical request"} {
		find(mark)
	}
	for _, secret := range []string{s.credentials.AccessKeySecret, s.credentials.SecurityToken, s.signature} {
		forms(secret, leastSample, find)
	}
	forms(s.payload, least, find)
	return end
}

// forms calls found with the beginning of a secret in each encoding.
func forms(secret string, least int, found func(string)) {
	plus := appendForm(nil, secret[:min(len(secret), sample)])
	once := appendCanonical(nil, plus)
	twice := appendForm(nil, once)
	for _, form := range []string{
		secret, strings.ReplaceAll(secret, `"`, `\"`), string(plus), string(once), string(twice),
	} {
		form, _, _ = strings.Cut(strings.ToValidUTF8(form[:min(len(form), sample)], "\x00"), "\x00")
		form = oneLine(form)
		if len(form) >= least {
			found(lowerASCII(form))
		}
	}
}

func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// lowerASCII keeps the length of the text, which strings.ToLower does not, so indexes stay valid.
func lowerASCII(text string) string {
	lower := []byte(text)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}
