// Signature version 3, ACS3-HMAC-SHA256: https://help.aliyun.com/document_detail/2593177.html

package onstest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const schemeV3 = "ACS3-HMAC-SHA256"

func (c *call) claimV3() (claim, *refusal) {
	keyID, list, signature, ok := splitAuthorization(c.Header.Get("Authorization"))
	if !ok {
		return claim{}, refuse("IncompleteSignature").because("the Authorization header is not " +
			schemeV3 + " Credential=…,SignedHeaders=…,Signature=…")
	}
	signed := strings.Split(list, ";")
	if name := unsigned(c.Header, signed); name != "" {
		return claim{}, refuse("IncompleteSignature").because("header " + quoted(name) + " is not signed")
	}
	hash := hex.EncodeToString(c.bodyHash[:])
	if c.headerV3("x-acs-content-sha256") != hash {
		return claim{}, refuse("SignatureDoesNotMatch").because("x-acs-content-sha256 is not the hash of the body")
	}
	said := claim{
		action:    c.headerV3("x-acs-action"),
		version:   c.headerV3("x-acs-version"),
		keyID:     keyID,
		token:     c.headerV3("x-acs-security-token"),
		date:      c.headerV3("x-acs-date"),
		nonce:     c.headerV3("x-acs-signature-nonce"),
		signature: signature,
		toSign:    canonicalV3(c.Method, canonical(c.query, ""), c.headerBlock(signed), list, hash),
		sign:      signV3,
	}
	said.echo = "Specified signature does not match our calculation. server StringToSign is [" + toSignV3(said.toSign) +
		"] server CanonicalRequest is [" + said.toSign + "]"
	return said, missing(pair{"Action", said.action}, pair{"Version", said.version}, pair{"AccessKeyId", keyID},
		pair{"Timestamp", said.date}, pair{"SignatureNonce", said.nonce})
}

// splitAuthorization parses the header strictly, because the signature does not cover the header itself.
func splitAuthorization(s string) (keyID, signed, signature string, ok bool) {
	fields, isV3 := strings.CutPrefix(s, schemeV3+" ")
	parts := strings.Split(fields, ",")
	if !isV3 || len(parts) != 3 {
		return "", "", "", false
	}
	keyID, ok1 := strings.CutPrefix(parts[0], "Credential=")
	signed, ok2 := strings.CutPrefix(parts[1], "SignedHeaders=")
	signature, ok3 := strings.CutPrefix(parts[2], "Signature=")
	return keyID, signed, signature, ok1 && ok2 && ok3 && signature != ""
}

// unsigned returns the name of a header that must be signed but is not.
func unsigned(header http.Header, signed []string) string {
	if !slices.Contains(signed, "host") {
		return "host"
	}
	for _, key := range slices.Sorted(maps.Keys(header)) {
		name := strings.ToLower(key)
		must := name == "content-type" || strings.HasPrefix(name, "x-acs-")
		if must && !slices.Contains(signed, name) {
			return name
		}
	}
	return ""
}

// headerBlock returns the named headers as part of the canonical request.
func (c *call) headerBlock(names []string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(slices.Values(names)) {
		b.WriteString(name + ":" + c.headerV3(name) + "\n")
	}
	return b.String()
}

// headerV3 returns the signed value of a header: trimmed, with repeated values sorted and joined. The emulator uses the
// same value, so that a second header cannot override it.
func (c *call) headerV3(name string) string {
	if name == "host" {
		return c.Host
	}
	values := slices.Clone(c.Header.Values(name))
	for i, v := range values {
		values[i] = strings.TrimSpace(v)
	}
	slices.Sort(values)
	return strings.Join(values, ",")
}

func canonicalV3(method, query, headers, signed, bodyHash string) string {
	return strings.Join([]string{method, "/", query, headers, signed, bodyHash}, "\n")
}

func signV3(secret, canonicalRequest string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(toSignV3(canonicalRequest)))
	return hex.EncodeToString(mac.Sum(nil))
}

func toSignV3(canonicalRequest string) string {
	hash := sha256.Sum256([]byte(canonicalRequest))
	return schemeV3 + "\n" + hex.EncodeToString(hash[:])
}
