package inlet

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"sendbridge/core/rules"
	"sendbridge/internal/loopback"
)

var jwtKeys = []key{
	{name: "issuer", want: "write the issuer of the tokens, such as https://accounts.google.com", read: readIssuer},
	{name: "audience", want: "write the audience of the tokens, as configured at the sender", read: readList},
	{name: "email", read: readList},
	{name: "subjectClaim", read: readList},
	{name: "jwks", read: readIssuer},
}

// A jwtVerifier accepts OpenID Connect tokens of one issuer, for given audiences and given accounts.
// https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
type jwtVerifier struct {
	issuer, jwks string // if jwks is empty, the issuer's configuration names it
	audiences    []string
	emails       []string
	subjects     []string
	now          func() time.Time
	issuers      *published[string]
	keys         *published[*jose.JSONWebKeySet]
}

const clockSkew = time.Minute

func signatureAlgorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}
}

func openJWT(in input) (checks, error) {
	s := in.settings
	v := &jwtVerifier{issuer: s.text("issuer"), jwks: s.text("jwks"), audiences: s["audience"], emails: s["email"], subjects: s["subjectClaim"], now: in.now}
	v.keys = newPublished(in, "key set", readKeySet)
	v.issuers = newPublished(in, "issuer's configuration", v.readConfiguration)
	return checks{head: v.check, login: "Bearer"}, nil
}

func readList(n rules.Node, key string, _ *Spec) []string { return n.Texts(key) }

// readIssuer reads an address that keys are fetched from. Other machines must be addressed with https.
func readIssuer(n rules.Node, key string, _ *Spec) []string {
	address := n.Text(key)
	if !isTrusted(address) {
		n.Mistake("%s %q must be an https address, such as https://accounts.google.com", key, address)
	}
	return []string{address}
}

func isTrusted(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback.Is(u.Hostname()))
}

type jwtClaims struct {
	jwt.Claims
	Email         string `json:"email"`
	EmailVerified *bool  `json:"email_verified"`
}

func (v *jwtVerifier) check(r *http.Request) error {
	values := r.Header["Authorization"]
	if len(values) != 1 {
		return rejected("want one Authorization header")
	}
	scheme, text, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || len(text) > 16<<10 {
		return rejected("the scheme is not Bearer, or the token is too long")
	}
	token, err := jwt.ParseSigned(strings.TrimSpace(text), signatureAlgorithms())
	if err != nil {
		return rejected("the token is not a JWT signed with an accepted algorithm")
	}
	var claims jwtClaims
	if token.UnsafeClaimsWithoutVerification(&claims) != nil {
		return rejected("the token has no claims")
	}
	if err := v.checkClaims(&claims); err != nil { // before a request is made for it
		return err
	}
	return v.checkSignature(r.Context(), token)
}

func (v *jwtVerifier) checkClaims(c *jwtClaims) error {
	switch err := c.ValidateWithLeeway(jwt.Expected{Issuer: v.issuer, AnyAudience: v.audiences, Time: v.now()}, clockSkew); {
	case errors.Is(err, jwt.ErrInvalidIssuer):
		return rejected("the token has another issuer")
	case errors.Is(err, jwt.ErrInvalidAudience):
		return rejected("the token has another audience")
	case err != nil:
		return rejected("the token has expired, or is not valid yet")
	case c.Expiry == nil:
		return rejected("the token never expires")
	case len(v.emails) > 0 && (!slices.Contains(v.emails, c.Email) || c.EmailVerified == nil || !*c.EmailVerified):
		return rejected("the token has another e-mail address, or one that is not verified")
	case len(v.subjects) > 0 && !slices.Contains(v.subjects, c.Subject):
		return rejected("the token has another subject")
	}
	return nil
}

func (v *jwtVerifier) checkSignature(ctx context.Context, token *jwt.JSONWebToken) error {
	address := v.jwks
	if address == "" {
		var err error
		if address, err = v.issuers.get(ctx, strings.TrimSuffix(v.issuer, "/")+"/.well-known/openid-configuration"); err != nil {
			return err
		}
	}
	set, err := v.keys.get(ctx, address)
	if err != nil {
		return err
	}
	id := token.Headers[0].KeyID
	if len(set.Key(id)) == 0 { // the issuer may have published new keys
		if set, err = v.keys.again(ctx, address); err != nil {
			return err
		}
	}
	for _, key := range set.Key(id) {
		if key.IsPublic() && key.Valid() && (key.Use == "" || key.Use == "sig") && token.Claims(key.Key) == nil {
			return nil
		}
	}
	return rejected("the token is not signed with a key of its issuer")
}

func readKeySet(text []byte) (*jose.JSONWebKeySet, error) {
	set := &jose.JSONWebKeySet{}
	if err := json.Unmarshal(text, set); err != nil {
		return nil, errors.New("the key set cannot be read")
	}
	return set, nil
}

// readConfiguration returns the address of the issuer's keys.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
func (v *jwtVerifier) readConfiguration(text []byte) (string, error) {
	var c struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if json.Unmarshal(text, &c) != nil || c.Issuer != v.issuer || !isTrusted(c.JWKSURI) {
		return "", errors.New("the issuer's configuration names another issuer, or has no https address of keys")
	}
	return c.JWKSURI, nil
}
