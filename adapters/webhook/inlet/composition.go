package inlet

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// A composition describes how a sender signs: which header has the signatures, how they are encoded, and what they cover.
// Every sender that signs with a shared secret is a composition: the keys of verify: hmac, or a row of presets.
type composition struct {
	header    string // the header with one or more signatures
	separator string // separates several items; empty if the header has only one
	prefix    string // of each signature; items without it are ignored if the header has several
	publicKey string // the prefix of Ed25519 signatures; empty if there are none
	base64    bool   // the encoding; hexadecimal if false
	signed    signedText
	bodyOnly  bool // without the header of the time, the signature covers only the body, which is JSON
	time      signedText
	tolerance time.Duration
	url       string // the address as configured at the sender
	keys      keyring
	now       func() time.Time
}

// maxSignatures limits the work for one header.
const maxSignatures = 16

func openHMAC(in input) (checks, error) {
	c := composition{now: in.now, header: in.settings.text("header"), separator: in.settings.text("separator"), prefix: in.settings.text("prefix"),
		publicKey: in.settings.text("publicKeyPrefix"), base64: in.settings.text("encoding") == "base64", url: in.settings.text("url"),
		bodyOnly: in.settings.on("bodyOnly")}
	var err error
	if c.signed, c.time, err = textsOf(in.settings); err != nil {
		return checks{}, err
	}
	if c.tolerance, err = toleranceOf(in.settings); err != nil {
		return checks{}, err
	}
	if c.keys, err = newKeyring(in.settings, in.secrets); err != nil {
		return checks{}, err
	}
	return checks{body: c.check}, nil
}

func (c *composition) check(r *http.Request, body []byte) error {
	found, err := c.read(r.Header)
	if err != nil {
		return err
	}
	m := signedMessage{request: r, body: body, fields: found.fields, url: c.url}
	signed, timed := c.signed, c.time
	if c.bodyOnly && len(r.Header.Values(timed.header())) == 0 {
		if !isJSONText(body) { // text that is not JSON could be read as a time followed by a body
			return rejected("the request has no time and its body is not JSON")
		}
		signed, timed = signedText{{from: fromBody}}, nil
	}
	parts, err := signed.render(&m)
	if err != nil {
		return err
	}
	if !c.keys.sign(found.shared, parts) && !c.keys.signPublicly(found.public, parts) {
		return rejected("the signature does not match the body and the secret")
	}
	return c.checkTime(timed, &m)
}

func (c *composition) checkTime(timed signedText, m *signedMessage) error {
	if len(timed) == 0 {
		return nil
	}
	parts, err := timed.render(m)
	if err != nil {
		return err
	}
	return checkAge(string(joined(parts)), c.tolerance, c.now())
}

// A signatureHeader is a parsed header: its signatures, and its fields in the form name=value.
type signatureHeader struct {
	shared, public [][]byte
	fields         map[string]string
}

func (c *composition) read(h http.Header) (found signatureHeader, err error) {
	text, err := onlyHeader(h, c.header)
	if err != nil {
		return found, err
	}
	if c.separator == "" {
		encoded, ok := strings.CutPrefix(text, c.prefix)
		if !ok {
			return found, rejected("the signature does not start with " + c.prefix)
		}
		signature, err := c.decode(encoded)
		if err != nil {
			return found, rejected("the signature has another encoding")
		}
		found.shared = [][]byte{signature}
		return found, nil
	}
	for item := range strings.SplitSeq(text, c.separator) {
		if err := c.readItem(strings.TrimSpace(item), &found); err != nil {
			return found, err
		}
	}
	if len(found.shared)+len(found.public) == 0 {
		return found, rejected("the header has no signature that starts with " + c.prefix)
	}
	return found, nil
}

// readItem reads one item of a header with several. It ignores items that are not signatures, such as those of another
// version.
func (c *composition) readItem(item string, found *signatureHeader) error {
	list := &found.shared
	encoded, ok := strings.CutPrefix(item, c.prefix)
	if !ok && c.publicKey != "" {
		list = &found.public
		encoded, ok = strings.CutPrefix(item, c.publicKey)
	}
	if !ok {
		name, value, isField := strings.Cut(item, "=")
		if _, twice := found.fields[name]; twice {
			return rejected("the header has more than one " + name)
		}
		if isField {
			if found.fields == nil {
				found.fields = map[string]string{}
			}
			found.fields[name] = value
		}
		return nil
	}
	signature, err := c.decode(encoded)
	switch {
	case err != nil || len(signature) == 0:
	case len(found.shared)+len(found.public) == maxSignatures:
		return rejected("the header has too many signatures")
	default:
		*list = append(*list, signature)
	}
	return nil
}

func (c *composition) decode(text string) ([]byte, error) {
	if c.base64 {
		return base64.StdEncoding.Strict().DecodeString(text)
	}
	return hex.DecodeString(text)
}

// signPublicly reports whether one of the signatures was made with the private key of one of the public keys.
func (k *keyring) signPublicly(signatures [][]byte, parts [][]byte) bool {
	if len(k.public) == 0 || len(signatures) == 0 {
		return false
	}
	text := joined(parts)
	for _, key := range k.public {
		for _, signature := range signatures {
			if ed25519.Verify(key, text, signature) {
				return true
			}
		}
	}
	return false
}
