package onsmqtt

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
)

const (
	action   = "SendMessage"
	version  = "2020-04-20"
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"

	// maxTarget limits "/?" and the encoded query in automatic placement. Above an undocumented limit,
	// 8 KiB at most, the gateway answers 414.
	maxTarget = 4096
)

// sign places the three parameters, signs, and assembles the request. It depends only on its arguments.
func (c *Client) sign(s *signer, st stamp, topic, payload string) *call {
	s.out = append(s.out[:0], c.prefix...)
	s.out = appendForm(s.out, topic)
	s.out = append(s.out, "&Payload="...)
	s.out = appendForm(s.out, payload)
	long := len("/?")+len(s.out) > maxTarget

	switch {
	case c.options.Signature == signatureV1, c.options.Signature == signatureAuto && long:
		return c.v1Form(s, st)
	}
	return c.v3(s, st, c.options.Signature == signatureV3Form)
}

// v3 places the parameters in the query, like the official SDK, or in a form. The documentation allows a form for form
// parameters; nothing says so for SendMessage's, which are query parameters.
func (c *Client) v3(s *signer, st stamp, form bool) *call {
	hash, contentType := emptySHA256, ""
	if form {
		sum := sha256.Sum256(s.out)
		hash, contentType = hex.EncodeToString(sum[:]), formType
	}
	var array [9]field
	fields := c.fields(array[:0], s, st, hash, contentType)
	s.work = beginV3(s.work[:0], http.MethodPost, "/")
	if !form {
		s.work = appendCanonical(s.work, s.out)
	}
	size := len(s.out)
	text, signature := s.authorizeV3(fields, hash)

	call := c.newCall(fields)
	if form {
		call.setBody(text[:size])
	} else {
		call.url.RawQuery = text[:size]
	}
	call.authorize(text[size:], signature)
	return call
}

// v1Form puts every parameter into the body, like Alibaba's Node core, whatever the API's metadata says.
func (c *Client) v1Form(s *signer, st stamp) *call {
	s.work = append(s.work[:0], s.v1Key...)
	s.work = append(s.work, "&Action="+action+"&Format=JSON&"...)
	s.work = appendCanonical(s.work, s.out)
	s.work = append(s.work, s.v1Token...)
	s.work = append(s.work, "&SignatureMethod=HMAC-SHA1&SignatureNonce="...)
	s.work = append(s.work, st.nonce...)
	s.work = append(s.work, "&SignatureVersion=1.0&Timestamp="...)
	s.work = appendForm(s.work, st.date)
	s.work = append(s.work, "&Version="+version...)
	text, bodySize := s.authorizeV1()

	call := c.newCall([]field{{"content-type", "Content-Type", formType}})
	call.setBody(text[:bodySize])
	call.signature = text[bodySize:]
	return call
}

// authorizeV3 signs s.work, a canonical request up to and including its query. It returns s.out followed by the
// Authorization, and the signature in it.
func (s *signer) authorizeV3(fields []field, bodySHA256 string) (text, signature string) {
	s.work = endV3(s.work, fields, bodySHA256)
	end := len(s.work)
	s.work = appendStringToSignV3(s.work, s.work)
	signed := len(s.work)
	s.work = appendMAC(s.work, s.v3, s.work[end:])
	s.out = appendAuthorizationV3(s.out, s.credentials.AccessKeyID, fields, s.work[signed:])
	text = string(s.out)
	return text, text[len(text)-2*sha256.Size:]
}

// authorizeV1 signs s.work, the canonical parameters. It returns them including the signature, whose length is bodySize,
// followed by the signature without encoding.
func (s *signer) authorizeV1() (text string, bodySize int) {
	canonical := len(s.work)
	s.work = appendStringToSignV1(s.work, http.MethodPost, s.work)
	signed := len(s.work)
	s.work = appendMAC(s.work, s.v1, s.work[canonical:signed])
	mac := len(s.work)
	s.work = base64.StdEncoding.AppendEncode(s.work, s.work[signed:])
	signature := s.work[mac:]
	s.out = append(s.out[:0], s.work[:canonical]...)
	s.out = append(s.out, "&Signature="...)
	s.out = appendForm(s.out, signature)
	bodySize = len(s.out)
	s.out = append(s.out, signature...)
	return string(s.out), bodySize
}

// fields appends the signed headers, sorted. The official SDK sends the AccessKeyId only with a token.
func (c *Client) fields(dst []field, s *signer, st stamp, bodySHA256, contentType string) []field {
	if contentType != "" {
		dst = append(dst, field{"content-type", "Content-Type", contentType})
	}
	dst = append(dst, field{"host", "Host", c.host})
	token := s.credentials.SecurityToken
	if token != "" {
		dst = append(dst, field{"x-acs-accesskey-id", "X-Acs-Accesskey-Id", s.credentials.AccessKeyID})
	}
	dst = append(dst,
		field{"x-acs-action", "X-Acs-Action", action},
		field{"x-acs-content-sha256", "X-Acs-Content-Sha256", bodySHA256},
		field{"x-acs-date", "X-Acs-Date", st.date})
	if token != "" {
		dst = append(dst, field{"x-acs-security-token", "X-Acs-Security-Token", token})
	}
	return append(dst,
		field{"x-acs-signature-nonce", "X-Acs-Signature-Nonce", st.nonce},
		field{"x-acs-version", "X-Acs-Version", version})
}
