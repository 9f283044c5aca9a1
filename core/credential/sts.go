// STS of Alibaba Cloud, version 2015-04-01: https://api.aliyun.com/document/Sts/2015-04-01/AssumeRole

package credential

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

const (
	alibabaCloud = "Alibaba Cloud"
	stsVersion   = "2015-04-01"
	// sessionSeconds is the lifetime of a role's session. STS rejects more than the role's maximum, and this is the smallest maximum.
	sessionSeconds = "3600"
	maxAnswer      = 64 << 10
)

// An sts is a client of Alibaba Cloud's STS. It makes one attempt per call.
type sts struct {
	provider  string // shown in errors
	endpoint  string // a URL without a path
	userAgent string
	transport http.RoundTripper
	now       func() time.Time
}

// A session is the answer to assuming a role.
type session struct {
	Credentials struct {
		AccessKeyID     string `json:"AccessKeyId"`
		AccessKeySecret string
		SecurityToken   string
		Expiration      string
	}
}

// assumeRole exchanges the credentials of an identity for those of a role.
func (s *sts) assumeRole(ctx context.Context, c onsmqtt.Credentials, roleARN, name string) (Grant, error) {
	var answer session
	params := url.Values{"RoleArn": {roleARN}, "RoleSessionName": {name}, "DurationSeconds": {sessionSeconds}}
	if err := s.signed(ctx, "AssumeRole", c, params, &answer); err != nil {
		return Grant{}, err
	}
	return s.grant("AssumeRole", &answer)
}

// assumeRoleWithOIDC exchanges a token of an identity provider for a role's credentials. The call is anonymous. The token
// is only in the form, because URLs end up in logs.
func (s *sts) assumeRoleWithOIDC(ctx context.Context, token, providerARN, roleARN, name string) (Grant, error) {
	query := url.Values{
		"Action": {"AssumeRoleWithOIDC"}, "Version": {stsVersion}, "Format": {"JSON"},
		"Timestamp": {s.now().UTC().Format("2006-01-02T15:04:05Z")},
	}
	form := url.Values{
		"OIDCProviderArn": {providerARN}, "OIDCToken": {token}, "RoleArn": {roleARN},
		"RoleSessionName": {name}, "DurationSeconds": {sessionSeconds},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint+"/?"+query.Encode(), strings.NewReader(form.Encode()))
	if err != nil {
		return Grant{}, s.unsent("AssumeRoleWithOIDC")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer session
	if err := s.do(r, "AssumeRoleWithOIDC", onsmqtt.Credentials{}, &answer, strings.Split(token, ".")...); err != nil {
		return Grant{}, err
	}
	return s.grant("AssumeRoleWithOIDC", &answer)
}

// callerIdentity returns to whom the credentials belong. The call needs no permission.
func (s *sts) callerIdentity(ctx context.Context, c onsmqtt.Credentials) (Identity, error) {
	var answer struct{ AccountID, Arn, PrincipalID, IdentityType, RequestID string }
	err := s.signed(ctx, "GetCallerIdentity", c, nil, &answer)
	return Identity{
		Account: onsmqtt.Redact(answer.AccountID, c), ARN: onsmqtt.Redact(answer.Arn, c),
		Principal: onsmqtt.Redact(answer.PrincipalID, c), Type: onsmqtt.Redact(answer.IdentityType, c), RequestID: answer.RequestID,
	}, err
}

// grant checks that an answer is complete.
func (s *sts) grant(action string, answer *session) (Grant, error) {
	c := answer.Credentials
	expires, err := time.Parse(time.RFC3339, c.Expiration)
	if err != nil || c.AccessKeyID == "" || c.AccessKeySecret == "" || c.SecurityToken == "" {
		e := s.fault(action, fault.CodeCredentialsIncomplete)
		e.Message = "a part of the credentials, or their Expiration, is missing in the answer"
		return Grant{}, e
	}
	return Grant{
		Credentials: onsmqtt.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken},
		Provider:    s.provider,
		Expires:     expires,
	}, nil
}

// signed makes a call with signature V3 and its parameters in the query, like Alibaba Cloud's own SDKs.
func (s *sts) signed(ctx context.Context, action string, c onsmqtt.Credentials, params url.Values, answer any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint+"/?"+params.Encode(), nil)
	if err != nil {
		return s.unsent(action)
	}
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // crypto/rand promises never to return an error
	empty := sha256.Sum256(nil)
	bodySHA256 := hex.EncodeToString(empty[:])
	sign := http.Header{
		"Host":                  {r.URL.Host},
		"X-Acs-Action":          {action},
		"X-Acs-Version":         {stsVersion},
		"X-Acs-Date":            {s.now().UTC().Format("2006-01-02T15:04:05Z")},
		"X-Acs-Signature-Nonce": {hex.EncodeToString(nonce[:])},
		"X-Acs-Content-Sha256":  {bodySHA256},
	}
	if c.SecurityToken != "" {
		sign.Set("X-Acs-Accesskey-Id", c.AccessKeyID)
		sign.Set("X-Acs-Security-Token", c.SecurityToken)
	}
	authorization := onsmqtt.SignV3(http.MethodPost, "/", params, sign, bodySHA256, c)
	sign.Del("Host") // net/http takes it from the URL
	r.Header = sign
	r.Header.Set("Authorization", authorization)
	_, signature, _ := strings.Cut(authorization, "Signature=")
	return s.do(r, action, c, answer, signature)
}

// do makes one attempt. Errors do not contain the texts in hide.
func (s *sts) do(r *http.Request, action string, c onsmqtt.Credentials, answer any, hide ...string) error {
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", s.userAgent)
	resp, err := s.transport.RoundTrip(r)
	if err != nil {
		return s.unanswered(r.Context(), action, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return s.unanswered(r.Context(), action, err)
	}
	if resp.StatusCode == http.StatusOK && json.NewDecoder(bytes.NewReader(body)).Decode(answer) == nil {
		return nil
	}
	return s.refused(action, resp, body, func(text string) string { return onsmqtt.Redact(text, c, hide...) })
}
