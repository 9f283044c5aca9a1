package inlet

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"strings"
)

// A keyring holds the keys made of an inlet's secrets, and the hash to use them with.
type keyring struct {
	hash   func() hash.Hash
	shared []string
	public []ed25519.PublicKey
}

// standardSecret is the form of secrets in Standard Webhooks: whsec_ or whpk_, and base64.
const standardSecret = "standard"

func newKeyring(s settings, secrets []string) (k keyring, err error) {
	switch s.text("hash") {
	case "sha1":
		k.hash = sha1.New
	case "sha384":
		k.hash = sha512.New384
	case "sha512":
		k.hash = sha512.New
	default:
		k.hash = sha256.New
	}
	for _, secret := range secrets {
		if err := k.add(s.text("secretEncoding"), secret); err != nil {
			return keyring{}, err
		}
	}
	return k, nil
}

func (k *keyring) add(form, secret string) error {
	raw, err := []byte(secret), error(nil)
	switch form {
	case "hex":
		raw, err = hex.DecodeString(secret)
	case "base64":
		raw, err = base64.StdEncoding.DecodeString(secret)
	case standardSecret:
		return k.addStandard(secret)
	}
	if err != nil || len(raw) == 0 {
		return errors.New("a secret is not in " + form + ", as secretEncoding says")
	}
	k.shared = append(k.shared, string(raw))
	return nil
}

// addStandard adds a secret of Standard Webhooks: whsec_ and a shared secret for signatures v1, or whpk_ and a public key
// for signatures v1a. Some users write the version before it: v1,whsec_.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
func (k *keyring) addStandard(secret string) error {
	secret = strings.TrimPrefix(strings.TrimPrefix(secret, "v1,"), "v1a,")
	encoded, public := strings.CutPrefix(secret, "whpk_")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(encoded, "whsec_"))
	switch {
	case err != nil || len(raw) == 0:
		return errors.New("a secret of Standard Webhooks must be whsec_ or whpk_ and base64")
	case !public:
		k.shared = append(k.shared, string(raw))
	case len(raw) != ed25519.PublicKeySize:
		return errors.New("a whpk_ key must have 32 bytes")
	default:
		k.public = append(k.public, raw)
	}
	return nil
}

// sign reports, in constant time, whether one of the signatures was made for parts with one of the shared secrets.
func (k *keyring) sign(signatures [][]byte, parts [][]byte) bool {
	found := false
	for _, secret := range k.shared {
		sum := k.sum(secret, parts...)
		for _, signature := range signatures {
			found = hmac.Equal(sum, signature) || found
		}
	}
	return found
}

func (k *keyring) sum(secret string, parts ...[]byte) []byte {
	mac := hmac.New(k.hash, []byte(secret))
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}
