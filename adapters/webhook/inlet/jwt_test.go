package inlet_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"sendbridge/adapters/webhook/inlet"
)

// An issuer signs tokens and publishes its keys, through a transport that counts requests.
type issuer struct {
	key   *ecdsa.PrivateKey
	id    string
	use   string // of its key
	asked map[string]int
	down  bool
}

const issuerURL = "https://issuer.example/tenant"

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{use: "sig", asked: map[string]int{}}
	i.rotate("k1")
	return i
}

func (i *issuer) rotate(id string) {
	i.key, i.id = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), id
}

func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	i.asked[r.URL.Path]++
	var answer any
	switch r.URL.String() {
	case issuerURL + "/.well-known/openid-configuration":
		answer = map[string]string{"issuer": issuerURL, "jwks_uri": "https://issuer.example/keys"}
	case "https://issuer.example/keys":
		answer = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: i.id, Use: i.use, Algorithm: "ES256"}}}
	}
	status := http.StatusOK
	if i.down || answer == nil {
		status = http.StatusServiceUnavailable
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(string(must(json.Marshal(answer)))))}, nil
}

func (i *issuer) token(t *testing.T, change map[string]any) string {
	t.Helper()
	claims := map[string]any{"iss": issuerURL, "aud": "bridge", "sub": "s", "email": "push@p.example", "email_verified": true, "iat": sentAt - 10, "exp": sentAt + 3600}
	for name, value := range change {
		claims[name] = value
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: i.key, KeyID: i.id}}, nil))
	return must(jwt.Signed(signer).Claims(claims).Serialize())
}

const jwtInlet = "{verify: jwt, issuer: '" + issuerURL + "', audience: bridge, email: push@p.example, type: t}"

func TestTokensOfAnIssuer(t *testing.T) {
	from := newIssuer(t)
	other := newIssuer(t)
	i := open(t, jwtInlet, nil, inlet.Options{Transport: from, Now: at(sentAt)})
	good := from.token(t, nil)
	if _, err := enter(i, post("{}", "Authorization: Bearer "+good)); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ token, reason string }{
		"another issuer":   {from.token(t, map[string]any{"iss": "https://evil.example"}), "another issuer"},
		"another audience": {from.token(t, map[string]any{"aud": "other"}), "another audience"},
		"another account":  {from.token(t, map[string]any{"email": "a@evil.example"}), "another e-mail"},
		"not verified":     {from.token(t, map[string]any{"email_verified": false}), "not verified"},
		"expired":          {from.token(t, map[string]any{"exp": sentAt - 100}), "expired"},
		"without an end":   {from.token(t, map[string]any{"exp": nil}), "never expires"},
		"another's key":    {other.token(t, nil), "not signed with a key of its issuer"},
		"no signature":     {"eyJhbGciOiJub25lIn0." + strings.Split(good, ".")[1] + ".", "not a JWT signed"},
		"a shared secret":  {"eyJhbGciOiJIUzI1NiJ9." + strings.Split(good, ".")[1] + ".AAAA", "not a JWT signed"},
		"no token":         {"x", "not a JWT signed"},
	} {
		t.Run(what, func(t *testing.T) {
			_, err := enter(i, post("{}", "Authorization: Bearer "+c.token))
			wantRejected(t, err, c.reason)
		})
	}
	signature := strings.LastIndex(good, ".") + 1
	for n := range 40 { // the last characters have bits that base64 does not use
		altered := []byte(good)
		if altered[signature+n] ^= 1; isBase64URL(altered[signature+n]) {
			if _, err := enter(i, post("{}", "Authorization: Bearer "+string(altered))); !isUnproven(err) {
				t.Errorf("byte %d of the signature: %v", n, err)
			}
		}
	}
	if from.asked["/keys"] != 1 || from.asked["/tenant/.well-known/openid-configuration"] != 1 {
		t.Errorf("asked %v", from.asked)
	}
}

func isBase64URL(b byte) bool {
	return strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", b) >= 0
}

// The issuer's keys are fetched at most once a minute, whatever unknown keys are used, and stay valid while the issuer is
// unreachable.
func TestKeysOfAnIssuerChange(t *testing.T) {
	from := newIssuer(t)
	now := time.Unix(sentAt, 0)
	i := open(t, jwtInlet, nil, inlet.Options{Transport: from, Now: func() time.Time { return now }})
	enterBy := func(token string) error {
		_, err := enter(i, post("{}", "Authorization: Bearer "+token))
		return err
	}
	old := from.token(t, nil)
	if err := enterBy(old); err != nil {
		t.Fatal(err)
	}
	from.rotate("k2")
	for range 20 {
		if err := enterBy(from.token(t, nil)); !isUnproven(err) {
			t.Fatalf("within a minute: %v", err)
		}
	}
	if from.asked["/keys"] != 1 {
		t.Errorf("%d fetches within a minute", from.asked["/keys"])
	}
	now = now.Add(time.Minute)
	from.down = true
	if err := enterBy(old); err != nil {
		t.Errorf("out of reach, a known key: %v", err)
	}
	from.down = false
	if err := enterBy(from.token(t, nil)); err != nil {
		t.Errorf("a new key after a minute: %v", err)
	}
	from.down = true
	stranger := open(t, jwtInlet, nil, inlet.Options{Transport: from, Now: func() time.Time { return now }})
	asked := from.asked["/tenant/.well-known/openid-configuration"]
	for range 20 {
		if _, err := enter(stranger, post("{}", "Authorization: Bearer "+from.token(t, nil))); !isLater(err) {
			t.Fatalf("no keys: %v", err)
		}
	}
	if got := from.asked["/tenant/.well-known/openid-configuration"] - asked; got != 1 {
		t.Errorf("%d fetches of what was not there", got)
	}
}

// A key that states its use must be for signatures. Many issuers state none.
func TestTheUseOfAKey(t *testing.T) {
	for use, want := range map[string]bool{"sig": true, "": true, "enc": false} {
		from := newIssuer(t)
		from.use = use
		i := open(t, jwtInlet, nil, inlet.Options{Transport: from, Now: at(sentAt)})
		_, err := enter(i, post("{}", "Authorization: Bearer "+from.token(t, nil)))
		if want && err != nil {
			t.Errorf("use %q: %v", use, err)
		} else if !want {
			wantRejected(t, err, "not signed with a key of its issuer")
		}
	}
}

// Accounts without an e-mail address are known by their subject.
func TestTokensOfASubject(t *testing.T) {
	from := newIssuer(t)
	i := open(t, strings.Replace(jwtInlet, "email: push@p.example", "subjectClaim: [s, other]", 1), nil, inlet.Options{Transport: from, Now: at(sentAt)})
	if _, err := enter(i, post("{}", "Authorization: Bearer "+from.token(t, map[string]any{"email": nil, "email_verified": nil}))); err != nil {
		t.Error(err)
	}
	_, err := enter(i, post("{}", "Authorization: Bearer "+from.token(t, map[string]any{"sub": "stranger"})))
	wantRejected(t, err, "another subject")
}

// An unauthenticated sender cannot make the inlet decode more than 16 KiB.
func TestTheLengthOfAToken(t *testing.T) {
	from := newIssuer(t)
	i := open(t, jwtInlet, nil, inlet.Options{Transport: from, Now: at(sentAt)})
	token := from.token(t, nil)
	padded := func(size int) string { return "Authorization: Bearer " + strings.Repeat(" ", size-len(token)) + token }
	if _, err := enter(i, post("{}", padded(16384))); err != nil {
		t.Errorf("16 KiB: %v", err)
	}
	_, err := enter(i, post("{}", padded(16385)))
	wantRejected(t, err, "too long")
}
