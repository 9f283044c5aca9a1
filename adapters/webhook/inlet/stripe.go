package inlet

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// stripe verifies Stripe-Signature, t=…,v1=…: an HMAC of the time and the body by the whole secret, whsec_ and all.
// https://docs.stripe.com/webhooks/signature
type stripe struct {
	secrets []string
	now     func() time.Time
}

func openStripe(in input) (checks, error) {
	return checks{body: stripe{secrets: in.secrets, now: in.now}.check}, nil
}

// stripeEvent are the attributes of an Event object, which is created in seconds since 1970, or of the second API
// version's, where that is RFC 3339.
// https://docs.stripe.com/api/events/object
// https://docs.stripe.com/api/v2/core/events/object
func stripeEvent(_ http.Header, body gjson.Result) attributes {
	a := attributes{id: text(body, "id"), time: body.Get("created").String()}
	if kind := text(body, "type"); kind != "" {
		a.kind = "com.stripe." + kind
	}
	return a
}

func (s stripe) check(r *http.Request, body []byte) error {
	header, err := onlyHeader(r.Header, "Stripe-Signature")
	if err != nil {
		return err
	}
	at, signatures, err := readStripeSignature(header)
	if err != nil {
		return err
	}
	if !authenticates(sha256.New, s.secrets, signatures, []byte(at), []byte("."), body) {
		return unproven("the signature is of another body or secret")
	}
	return checkAge(at, time.Second, 5*time.Minute, s.now())
}

// readStripeSignature returns the time and the signatures of the one scheme that counts, v1.
func readStripeSignature(header string) (at string, signatures [][]byte, err error) {
	for item := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		switch {
		case name == "t" && at != "":
			return "", nil, unproven("the signature has two times")
		case name == "t":
			at = value
		case name != "v1":
		case len(signatures) == maxSignatures:
			return "", nil, unproven("the header has too many signatures")
		default:
			if signature, err := hex.DecodeString(value); err == nil {
				signatures = append(signatures, signature)
			}
		}
	}
	if at == "" || len(signatures) == 0 {
		return "", nil, unproven("the signature has no time or none of scheme v1")
	}
	return at, signatures, nil
}
