// Signature V3, ACS3-HMAC-SHA256: https://help.aliyun.com/document_detail/2593177.html

package onsmqtt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	algorithmV3 = "ACS3-HMAC-SHA256"
	emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// A field is one signed header. Canonical requests contain its name in lower case, http.Header its key.
type field struct{ name, key, value string }

// SignV3 returns the value of the Authorization header for a request with this method, path and decoded query. header
// contains exactly the headers to sign: Host, Content-Type if it is sent, and every X-Acs-* header. bodySHA256 is the
// lower-case hexadecimal digest of the body as sent. The security token, if any, is among the headers; only the AccessKeyId
// and the secret of c are used.
func SignV3(method, path string, query url.Values, header http.Header, bodySHA256 string, c Credentials) string {
	s := signer{credentials: c, v3: hmac.New(sha256.New, []byte(c.AccessKeySecret))}
	s.work = append(beginV3(nil, method, path), canonicalValues(query)...)
	text, _ := s.authorizeV3(fieldsOf(header), bodySHA256)
	return text
}

func fieldsOf(header http.Header) []field {
	var fields []field
	for key, values := range header {
		values = slices.Clone(values)
		for i, v := range values {
			values[i] = strings.TrimSpace(v)
		}
		slices.Sort(values)
		fields = append(fields, field{strings.ToLower(key), key, strings.Join(values, ",")})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return fields
}

// beginV3 appends the part before the canonical query.
func beginV3(dst []byte, method, path string) []byte {
	dst = append(append(dst, method...), '\n')
	return append(append(dst, path...), '\n')
}

// endV3 appends the part after the canonical query. fields must be sorted by name.
func endV3(dst []byte, fields []field, bodySHA256 string) []byte {
	dst = append(dst, '\n')
	for _, f := range fields {
		dst = append(append(dst, f.name...), ':')
		dst = append(append(dst, f.value...), '\n')
	}
	dst = append(dst, '\n')
	dst = appendNames(dst, fields)
	dst = append(dst, '\n')
	return append(dst, bodySHA256...)
}

func appendNames(dst []byte, fields []field) []byte {
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, f.name...)
	}
	return dst
}

func appendStringToSignV3(dst, canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	dst = append(dst, algorithmV3+"\n"...)
	return hex.AppendEncode(dst, sum[:])
}

func appendAuthorizationV3(dst []byte, keyID string, fields []field, signature []byte) []byte {
	dst = append(dst, algorithmV3+" Credential="...)
	dst = append(dst, keyID...)
	dst = append(dst, ",SignedHeaders="...)
	dst = appendNames(dst, fields)
	dst = append(dst, ",Signature="...)
	return hex.AppendEncode(dst, signature)
}

func appendMAC(dst []byte, mac hash.Hash, message []byte) []byte {
	mac.Reset()
	mac.Write(message)
	return mac.Sum(dst)
}
