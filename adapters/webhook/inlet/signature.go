package inlet

import (
	"crypto/hmac"
	"hash"
	"net/http"
	"strconv"
	"time"
)

// maxSignatures bounds the work that a header can ask for.
const maxSignatures = 16

// onlyHeader returns a header that must be given once.
func onlyHeader(h http.Header, name string) (string, error) {
	values := h.Values(name)
	if len(values) != 1 || values[0] == "" {
		return "", unproven("not one " + name + " header")
	}
	return values[0], nil
}

// checkAge refuses a time, in units since 1970, that is further than window from now, to either side.
func checkAge(text string, unit, window time.Duration, now time.Time) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1<<53 {
		return unproven("the timestamp is no time")
	}
	at := time.Unix(n, 0)
	if unit == time.Millisecond {
		at = time.UnixMilli(n)
	}
	switch age := now.Sub(at); {
	case age > window:
		return unproven("the timestamp is too old")
	case age < -window:
		return unproven("the timestamp is in the future")
	}
	return nil
}

// authenticates says whether one of the signatures is that of the parts by one of the secrets, in constant time.
func authenticates(newHash func() hash.Hash, secrets []string, signatures [][]byte, parts ...[]byte) bool {
	found := false
	for _, secret := range secrets {
		mac := hmac.New(newHash, []byte(secret))
		for _, part := range parts {
			mac.Write(part)
		}
		sum := mac.Sum(nil)
		for _, signature := range signatures {
			found = hmac.Equal(sum, signature) || found
		}
	}
	return found
}
