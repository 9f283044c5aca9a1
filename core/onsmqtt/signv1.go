// Signature V1 of RPC calls, HMAC-SHA1: https://help.aliyun.com/document_detail/25490.html

package onsmqtt

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
)

// SignV1 returns the base64 value of the Signature parameter for a request to path / with this method and these decoded
// parameters: all in the query and the body except Signature itself.
func SignV1(method string, params url.Values, accessKeySecret string) string {
	mac := hmac.New(sha1.New, []byte(accessKeySecret+"&"))
	toSign := appendStringToSignV1(nil, method, canonicalValues(params))
	return base64.StdEncoding.EncodeToString(appendMAC(nil, mac, toSign))
}

// appendStringToSignV1 escapes the canonical parameters once more, so their values are escaped twice.
func appendStringToSignV1(dst []byte, method string, canonical []byte) []byte {
	dst = append(dst, method...)
	dst = append(dst, "&%2F&"...)
	return appendForm(dst, canonical)
}

// canonicalValues returns the canonical form of decoded parameters for both signatures: sorted by name, and an empty value
// keeps its "=".
func canonicalValues(params url.Values) []byte { return appendCanonical(nil, []byte(params.Encode())) }
