package onstest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// An OIDCProvider is an identity provider of the account. AssumeRoleWithOIDC accepts its tokens.
type OIDCProvider struct {
	Name          string
	Issuer        string        // exactly as in the tokens
	ClientIDs     []string      // accepted audiences
	Keys          JWKS          // the issuer's public keys
	IssuanceLimit time.Duration // how long after iat a token is accepted; 0 means 12 hours
	Renewed       bool          // the issuer's certificate now comes from an authority whose fingerprint is not registered
}

// ARN returns the name by which callers identify the provider.
func (p OIDCProvider) ARN() string { return "acs:ram::" + AccountID + ":oidc-provider/" + p.Name }

// JWKS are the public keys of an issuer by their id.
type JWKS map[string]*rsa.PublicKey

type oidcTokenInfo struct {
	Subject, Issuer, ClientIDs, VerificationInfo string
	IssuanceTime, ExpirationTime                 string
}

// assumeRoleWithOIDC needs no signature, because the token identifies the caller. The real service's codes for a wrong
// issuer or subject are not documented. Those for the audience and an expired token have been observed.
func (h *Handler) assumeRoleWithOIDC(c *call, requestID string) (any, *refusal) {
	now := h.now()
	if c.values["Version"] != stsVersion {
		return nil, refuse("InvalidVersion")
	}
	if bad := c.must("OIDCProviderArn", "OIDCToken", "RoleArn", "RoleSessionName"); bad != nil {
		return nil, bad
	}
	p, ok := h.provider(c.values["OIDCProviderArn"])
	if !ok {
		return nil, refuse("EntityNotExist.OIDCProvider")
	}
	t, bad := p.check(c.form, now)
	if bad != nil {
		return nil, bad
	}
	role, bad := h.roleFor(c)
	switch {
	case bad != nil:
		return nil, bad
	case !slices.ContainsFunc(role.Trust, func(s Trust) bool { return s.trusts(p.Name, t) }):
		return nil, refuse("AuthenticationFail.NoPermission").because("the role's trust policy does not allow the token")
	}
	s, bad := h.open(c, role, requestID, now)
	if bad != nil {
		return nil, bad
	}
	s.OIDCTokenInfo = &oidcTokenInfo{
		Subject: t.Subject, Issuer: t.Issuer, ClientIDs: strings.Join(t.Audience, ","), VerificationInfo: "Success",
		IssuanceTime: time.Unix(t.IssuedAt, 0).UTC().Format(dateFormat), ExpirationTime: time.Unix(t.Expires, 0).UTC().Format(dateFormat),
	}
	return s, nil
}

func (h *Handler) provider(arn string) (OIDCProvider, bool) {
	i := slices.IndexFunc(h.providers, func(p OIDCProvider) bool { return p.ARN() == arn })
	if i < 0 {
		return OIDCProvider{}, false
	}
	return h.providers[i], true
}

func (s Trust) trusts(provider string, t idToken) bool {
	return s.Provider == provider && (s.Issuer == "" || s.Issuer == t.Issuer) &&
		(s.Audience == "" || slices.Contains(t.Audience, s.Audience)) && (s.Subject == "" || s.Subject == t.Subject)
}

// check verifies the token of a call. The token must be in the form, because URLs end up in logs.
func (p OIDCProvider) check(form []pair, now time.Time) (idToken, *refusal) {
	i := slices.IndexFunc(form, func(v pair) bool { return v.name == "OIDCToken" })
	if i < 0 {
		return idToken{}, refuse("MissingOIDCToken")
	}
	if p.Renewed {
		return idToken{}, refuse("AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch")
	}
	t, ok := p.Keys.parse(form[i].value)
	limit := p.IssuanceLimit
	if limit == 0 {
		limit = 12 * time.Hour
	}
	switch issued := time.Unix(t.IssuedAt, 0); {
	case !ok:
		return t, refuse("AuthenticationFail.OIDCToken.Invalid")
	case t.Issuer != p.Issuer:
		return t, refuse("AuthenticationFail.OIDCToken.IssuerNotMatch")
	case !slices.ContainsFunc(t.Audience, func(a string) bool { return slices.Contains(p.ClientIDs, a) }):
		return t, refuse("AuthenticationFail.OIDCToken.AudienceNotMatchError")
	case !now.Before(time.Unix(t.Expires, 0)), now.After(issued.Add(limit)), issued.After(now.Add(maxSkew)):
		return t, refuse("AuthenticationFail.OIDCToken.Expired")
	}
	return t, nil
}

// An idToken holds the claims of a JWT.
type idToken struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	IssuedAt int64    `json:"iat"`
	Expires  int64    `json:"exp"`
}

// An audience is a string or a list of strings.
type audience []string

func (a *audience) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(a))
}

// parse decodes a JWT and verifies its RS256 signature with the keys.
// https://www.rfc-editor.org/rfc/rfc7515#section-3.1
func (keys JWKS) parse(jwt string) (t idToken, ok bool) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return t, false
	}
	var header struct{ Alg, Kid string }
	if !decodePart(parts[0], &header) || header.Alg != "RS256" || keys[header.Kid] == nil {
		return t, false
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(keys[header.Kid], crypto.SHA256, sum[:], signature) != nil {
		return t, false
	}
	return t, decodePart(parts[1], &t)
}

func decodePart(part string, v any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(raw, v) == nil
}
