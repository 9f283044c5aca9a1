// Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

package awssts

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const scheme = "AWS4-HMAC-SHA256"

// verify returns an error code, or an empty string if the fixed key has signed the request for the region.
func verify(r *http.Request, body []byte, now time.Time) string {
	fields, ok := strings.CutPrefix(r.Header.Get("Authorization"), scheme+" ")
	said := make(map[string]string)
	for part := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		said[name] = value
	}
	id, scope, _ := strings.Cut(said["Credential"], "/")
	date, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	signed := strings.Split(said["SignedHeaders"], ";")
	switch {
	case !ok || err != nil || !slices.Contains(signed, "host") || !slices.Contains(signed, "x-amz-date"):
		return "IncompleteSignature"
	case id != AccessKeyID || r.Header.Get("X-Amz-Security-Token") != SessionToken || !slices.Contains(signed, "x-amz-security-token"):
		return "InvalidClientTokenId"
	case scope != date.Format("20060102")+"/"+Region+"/sts/aws4_request" || date.Sub(now).Abs() > 15*time.Minute:
		return "SignatureDoesNotMatch"
	}
	toSign := strings.Join([]string{scheme, r.Header.Get("X-Amz-Date"), scope, digest(canonical(r, body, signed))}, "\n")
	key := []byte("AWS4" + SecretAccessKey)
	for part := range strings.SplitSeq(scope, "/") {
		key = mac(key, part)
	}
	if !hmac.Equal([]byte(hex.EncodeToString(mac(key, toSign))), []byte(said["Signature"])) {
		return "SignatureDoesNotMatch"
	}
	return ""
}

func canonical(r *http.Request, body []byte, signed []string) string {
	var headers strings.Builder
	for _, name := range signed {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10) // net/http removes the header
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return strings.Join([]string{r.Method, "/", r.URL.RawQuery, headers.String(), strings.Join(signed, ";"), digest(string(body))}, "\n")
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, message string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(message))
	return m.Sum(nil)
}
