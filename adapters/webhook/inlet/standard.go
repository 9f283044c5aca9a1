package inlet

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// standard verifies Standard Webhooks: v1 by shared secrets, whsec_, and v1a by public keys, whpk_.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#verifying-webhook-authenticity
type standard struct {
	secrets []string // decoded
	keys    []ed25519.PublicKey
	now     func() time.Time
}

func openStandard(in input) (checks, error) {
	s := standard{now: in.now}
	for _, text := range in.secrets {
		encoded, public := strings.CutPrefix(text, "whpk_")
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(encoded, "whsec_"))
		switch {
		case err != nil || len(raw) == 0:
			return checks{}, errors.New("a secret of verify: standard is whsec_ or whpk_ and base64")
		case !public:
			s.secrets = append(s.secrets, string(raw))
		case len(raw) != ed25519.PublicKeySize:
			return checks{}, errors.New("a whpk_ key has 32 bytes")
		default:
			s.keys = append(s.keys, raw)
		}
	}
	return checks{body: s.check}, nil
}

// standardEvent is the id alone: the body's form is the sender's own.
func standardEvent(h http.Header, _ gjson.Result) attributes {
	return attributes{id: h.Get("Webhook-Id"), sharedID: true}
}

func (s standard) check(r *http.Request, body []byte) error {
	id, err := onlyHeader(r.Header, "Webhook-Id")
	if err != nil {
		return err
	}
	at, err := onlyHeader(r.Header, "Webhook-Timestamp")
	if err != nil {
		return err
	}
	header, err := onlyHeader(r.Header, "Webhook-Signature")
	if err != nil {
		return err
	}
	shared, public, err := readStandardSignatures(header)
	if err != nil {
		return err
	}
	head := []byte(id + "." + at + ".")
	if !authenticates(sha256.New, s.secrets, shared, head, body) && !s.isSigned(append(head, body...), public) {
		return unproven("the signature is of another body or secret")
	}
	return checkAge(at, time.Second, 5*time.Minute, s.now())
}

func (s standard) isSigned(text []byte, signatures [][]byte) bool {
	for _, key := range s.keys {
		for _, signature := range signatures {
			if ed25519.Verify(key, text, signature) {
				return true
			}
		}
	}
	return false
}

// readStandardSignatures returns the signatures of versions v1 and v1a. Those of other versions may stand beside them.
func readStandardSignatures(header string) (shared, public [][]byte, err error) {
	for item := range strings.SplitSeq(header, " ") {
		version, encoded, _ := strings.Cut(item, ",")
		signature, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case err != nil || len(signature) == 0:
		case len(shared)+len(public) == maxSignatures:
			return nil, nil, unproven("the header has too many signatures")
		case version == "v1":
			shared = append(shared, signature)
		case version == "v1a":
			public = append(public, signature)
		}
	}
	if len(shared)+len(public) == 0 {
		return nil, nil, unproven("no signature of v1 or v1a")
	}
	return shared, public, nil
}
