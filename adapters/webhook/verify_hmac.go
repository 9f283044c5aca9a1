package webhook

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"

	"sendbridge/core"
)

// A signedBody verifies an HMAC of the body in a header. GitHub's is one:
// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
type signedBody struct {
	header, prefix string
	base64         bool             // else hexadecimal
	hash           func() hash.Hash // nil is SHA-256
	secrets        []string
}

func newHMAC(i *core.Inlet, secrets []string) verifier {
	s := signedBody{header: i.Header, prefix: i.Prefix, base64: i.Encoding == "base64", secrets: secrets}
	switch cmp.Or(i.Hash, "sha256") {
	case "sha1":
		s.hash = sha1.New
	case "sha384":
		s.hash = sha512.New384
	case "sha512":
		s.hash = sha512.New
	}
	return verifier{body: s.check}
}

func (s signedBody) check(r *http.Request, body []byte) error {
	text, err := onlyHeader(r.Header, s.header)
	if err != nil {
		return err
	}
	text, ok := strings.CutPrefix(text, s.prefix)
	if !ok {
		return unproven("the signature does not start with " + s.prefix)
	}
	decode := hex.DecodeString
	if s.base64 {
		decode = base64.StdEncoding.DecodeString
	}
	signature, err := decode(text)
	if err != nil {
		return unproven("the signature is not encoded as it should be")
	}
	newHash := s.hash
	if newHash == nil {
		newHash = sha256.New
	}
	if !authenticates(newHash, s.secrets, [][]byte{signature}, body) {
		return unproven("the signature is of another body or secret")
	}
	return nil
}
