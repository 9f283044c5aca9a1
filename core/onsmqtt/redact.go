package onsmqtt

import (
	"strings"
	"unicode"
)

const (
	maxMessage = 300
	// sample is how many bytes of a secret or a payload give it away.
	sample = 16
	// leastSample is how many cannot be told from prose.
	leastSample = 4
)

// secrets are what the API, a gateway or a proxy may echo and no text of ours may hold.
type secrets struct {
	credentials        Credentials
	signature, payload string
}

// clean makes a remote text fit for an error: one line of at most 300 bytes that ends where anything secret begins, or
// where a server shows the string that it signed, which holds them all.
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

// Redact makes a text from elsewhere fit for an error: one line of at most 300 bytes that ends where a secret or the
// token of c begins, or anything of hide, in any form in which they travel. It is for what speaks to other APIs with the
// same credentials.
func Redact(text string, c Credentials, hide ...string) string {
	text = secrets{credentials: c}.clean(text)
	for _, h := range hide {
		text = secrets{payload: h}.clean(text)
	}
	return text
}

// word is text that should be one token, such as a code or a request id; anything else becomes empty. A short payload
// may well be part of a code.
func (s secrets) word(text string) string {
	foreign := func(r rune) bool { return unprintable(r) || strings.ContainsRune(`"'<>&%?=`, r) }
	if len(text) > 64 || strings.ContainsFunc(text, foreign) || s.begin(text, sample) < len(text) {
		return ""
	}
	return text
}

// begin is where the first secret begins, or the length of text. Payloads count from least bytes on.
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

// forms calls found with the beginning of a secret in each form in which it travels.
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

// lowerASCII keeps the length of any text, which strings.ToLower does not, so that positions hold.
func lowerASCII(text string) string {
	lower := []byte(text)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}
