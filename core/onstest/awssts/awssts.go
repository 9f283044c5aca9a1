// Package awssts emulates GetWebIdentityToken of AWS's Security Token Service, for tests. It verifies Signature Version
// 4 with its own code and signs real tokens.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
package awssts

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// The fixed names of every service.
const (
	AccessKeyID     = "ASIAEMULATOREXAMPLE1"
	SecretAccessKey = "awssts-secret"
	SessionToken    = "awssts-session-token"
	Region          = "us-east-1"
	RoleARN         = "arn:aws:iam::123456789012:role/forwarder" // the subject of its tokens
	Issuer          = "https://00000000-1111-4222-8333-444444444444.tokens.sts.global.api.aws"
	KeyID           = "awssts-1"

	requestID = "awssts-request"
)

// A Service answers GetWebIdentityToken. It is safe for concurrent use.
type Service struct {
	key *rsa.PrivateKey
	now func() time.Time

	mu       sync.Mutex
	refusals []string // codes of the next answers
	session  time.Duration
	claims   map[string]any
	requests int
}

// New returns a service with its own key. now is its clock; nil means time.Now.
func New(now func() time.Time) (*Service, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return WithKey(key, now), nil
}

// WithKey returns a service with an existing key, because a new one takes long. now is as in New.
func WithKey(key *rsa.PrivateKey, now func() time.Time) *Service {
	if now == nil {
		now = time.Now
	}
	return &Service{key: key, now: now}
}

// PublicKey returns the key that verifies the service's tokens.
func (s *Service) PublicKey() *rsa.PublicKey { return &s.key.PublicKey }

// Refuse makes the next requests fail with these codes, one each.
func (s *Service) Refuse(codes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = append(s.refusals, codes...)
}

// EndSessionIn sets the remaining time of the caller's session. A request for a token that would outlive it is
// rejected.
func (s *Service) EndSessionIn(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = d
}

// Claim sets a claim of future tokens. A nil value removes the claim.
func (s *Service) Claim(name string, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.claims == nil {
		s.claims = make(map[string]any)
	}
	s.claims[name] = value
}

// Requests returns the number of requests, including rejected ones.
func (s *Service) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// ServeHTTP answers the query API, in XML.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	s.mu.Unlock()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		refuse(w, http.StatusBadRequest, "MalformedQueryString", "the body cannot be read")
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		refuse(w, http.StatusBadRequest, "MalformedQueryString", "the body is not a form")
		return
	}
	if code := verify(r, body, s.now()); code != "" {
		refuse(w, http.StatusForbidden, code, "the signature is invalid")
		return
	}
	token, expires, code := s.issue(form)
	if code != "" {
		refuse(w, statusOf(code), code, "refused")
		return
	}
	setHeader(w)
	fmt.Fprintf(w, `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult><WebIdentityToken>%s</WebIdentityToken><Expiration>%s</Expiration></GetWebIdentityTokenResult><ResponseMetadata><RequestId>`+requestID+`</RequestId></ResponseMetadata></GetWebIdentityTokenResponse>`,
		token, expires.UTC().Format(time.RFC3339))
}

func statusOf(code string) int {
	if code == "AccessDenied" {
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

// setHeader sends the request id in a header, too, as AWS does. Newer clients read it only there.
func setHeader(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-RequestId", requestID)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	setHeader(w)
	w.WriteHeader(status)
	fmt.Fprintf(w, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>`)
	xml.EscapeText(w, []byte(code))
	fmt.Fprintf(w, `</Code><Message>%s</Message></Error><RequestId>`+requestID+`</RequestId></ErrorResponse>`, message)
}

// issue checks the form and signs a token, or returns an error code.
func (s *Service) issue(form url.Values) (token string, expires time.Time, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.refusals) > 0 {
		code, s.refusals = s.refusals[0], s.refusals[1:]
		return "", expires, code
	}
	seconds, err := strconv.Atoi(form.Get("DurationSeconds"))
	switch {
	case form.Get("Action") != "GetWebIdentityToken" || form.Get("Version") != "2011-06-15":
		return "", expires, "InvalidAction"
	case form.Get("Audience.member.1") == "" || form.Get("SigningAlgorithm") != "RS256":
		return "", expires, "ValidationError"
	case err != nil || seconds < 60 || seconds > 3600:
		return "", expires, "ValidationError"
	case s.session > 0 && time.Duration(seconds)*time.Second > s.session:
		return "", expires, "SessionDurationEscalationException"
	}
	expires = s.now().Add(time.Duration(seconds) * time.Second)
	return s.token(form.Get("Audience.member.1"), expires), expires, ""
}

// Token returns a token for an audience, as a request would.
func (s *Service) Token(audience string, lifetime time.Duration) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token(audience, s.now().Add(lifetime))
}

func (s *Service) token(audience string, expires time.Time) string {
	claims := map[string]any{
		"iss": Issuer, "aud": audience, "sub": RoleARN,
		"iat": s.now().Unix(), "exp": expires.Unix(), "jti": rand.Text(),
		"https://sts.amazonaws.com/": map[string]any{"aws_account": "123456789012", "source_region": Region},
	}
	for name, value := range s.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return s.sign(claims)
}

// https://www.rfc-editor.org/rfc/rfc7515#section-3.1
func (s *Service) sign(claims map[string]any) string {
	text := encode(map[string]any{"alg": "RS256", "typ": "JWT", "kid": KeyID}) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // only if the key is too short
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func encode(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // only for a claim that a test has set
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
