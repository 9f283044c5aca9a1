// Signature V1 of RPC calls, HMAC-SHA1: https://help.aliyun.com/document_detail/25490.html

package onsmqtt

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
)

// SignV1 returns the base64 value of the Signature parameter for a request to path / with this method and these decoded
// parameters: all that are sent, in query and body together, but for Signature itself.
func SignV1(method string, params url.Values, accessKeySecret string) string {
	mac := hmac.New(sha1.New, []byte(accessKeySecret+"&"))
	toSign := appendStringToSignV1(nil, method, canonicalValues(params))
	return base64.StdEncoding.EncodeToString(appendMAC(nil, mac, toSign))
}

// appendStringToSignV1 escapes the canonical parameters once more: their values end up escaped twice.
func appendStringToSignV1(dst []byte, method string, canonical []byte) []byte {
	dst = append(dst, method...)
	dst = append(dst, "&%2F&"...)
	return appendForm(dst, canonical)
}

// canonicalValues is what both signatures make of decoded parameters: sorted by name, an empty value keeps its "=".
func canonicalValues(params url.Values) []byte { return appendCanonical(nil, []byte(params.Encode())) }
