package inlet

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
)

var hmacKeys = []key{
	{name: "header", want: "write the name of the header that has the signature", read: readText},
	{name: "hash", read: readWord("sha256", "sha512", "sha384", "sha1")},
	{name: "encoding", read: readWord("hex", "base64")},
	{name: "prefix", read: readText},
}

// A signedBody verifies an HMAC of the body in a header.
type signedBody struct {
	header, prefix string
	base64         bool             // else hexadecimal
	hash           func() hash.Hash // nil is SHA-256
	secrets        []string
}

func openHMAC(in input) (checks, error) {
	s := signedBody{header: in.settings.text("header"), prefix: in.settings.text("prefix"), base64: in.settings.text("encoding") == "base64", secrets: in.secrets}
	switch in.settings.text("hash") {
	case "sha1":
		s.hash = sha1.New
	case "sha384":
		s.hash = sha512.New384
	case "sha512":
		s.hash = sha512.New
	}
	return checks{body: s.check}, nil
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
