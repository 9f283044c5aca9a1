package inlet

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// A composition says how a sender signs: which header has its signatures, how they are written, and what they are of. Every
// sender that signs with a shared secret is one, as data: the keys of verify: hmac, or a row of presets.
type composition struct {
	header    string // has the signature, or several
	separator string // stands between several; empty where the header is one
	prefix    string // of each signature; other items of a header with several are of no concern
	publicKey string // the prefix of signatures by Ed25519; empty where there are none
	base64    bool   // else hexadecimal
	signed    signedText
	bare      bool // a request without the time's header is signed by its body alone, which is JSON
	time      signedText
	tolerance time.Duration
	url       string // what the sender calls, as it is typed at the sender
	keys      keyring
	now       func() time.Time
}

// maxSignatures bounds the work that a header can ask for.
const maxSignatures = 16

func openHMAC(in input) (checks, error) {
	c := composition{now: in.now, header: in.settings.text("header"), separator: in.settings.text("separator"), prefix: in.settings.text("prefix"),
		publicKey: in.settings.text("publicKeyPrefix"), base64: in.settings.text("encoding") == "base64", url: in.settings.text("url"),
		bare: in.settings.on("bareBody")}
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
	return checks{body: c.check, covers: c.covers}, nil
}

// covers says whether the signature is of a header as well as of the body.
func (c *composition) covers(header string) bool {
	for _, p := range c.signed {
		if p.from == fromHeader && strings.EqualFold(p.name, header) {
			return true
		}
	}
	return false
}

func (c *composition) check(r *http.Request, body []byte) error {
	found, err := c.read(r.Header)
	if err != nil {
		return err
	}
	m := signedMessage{request: r, body: body, fields: found.fields, url: c.url}
	signed, timed := c.signed, c.time
	if c.bare && len(r.Header.Values(timed.header())) == 0 {
		if !isJSONText(body) { // a body may look like a time and a body, but not as JSON
			return unproven("a body without a time is not JSON")
		}
		signed, timed = signedText{{from: fromBody}}, nil
	}
	parts, err := signed.render(&m)
	if err != nil {
		return err
	}
	if !c.keys.sign(found.shared, parts) && !c.keys.signPublicly(found.public, parts) {
		return unproven("the signature is of another body or secret")
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

// A signatureHeader is what a header has: signatures, and what else it says in the form name=value.
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
			return found, unproven("the signature does not start with " + c.prefix)
		}
		signature, err := c.decode(encoded)
		if err != nil {
			return found, unproven("the signature is not encoded as it should be")
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
		return found, unproven("the header has no signature that starts with " + c.prefix)
	}
	return found, nil
}

// readItem reads one item of a header with several. What is no signature, such as one of another version, is passed over.
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
			return unproven("the header has two of " + name)
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
		return unproven("the header has too many signatures")
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

// signPublicly says whether one of the signatures is by one of the public keys.
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
