package inlet_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// flipped returns the texts that differ from s in one bit of one byte.
func flipped(s string) []string {
	var list []string
	for i := range len(s) {
		b := []byte(s)
		b[i] ^= 1
		list = append(list, string(b))
	}
	return list
}

func sum256(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

const (
	whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // with standardHeaders, the vector of Standard Webhooks' libraries
)

var standardHeaders = []string{"webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
	"webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}

func TestVerifiers(t *testing.T) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public := "whpk_" + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
	const event = `{"id":"evt_1","object":"event","type":"a.b","created":1700000000}`
	stripe := "t=1700000000,v1=" + hex.EncodeToString(sum256("whsec_test", "1700000000."+event))
	for name, c := range map[string]struct {
		inlet   string
		secrets []string
		now     int64
		body    string
		headers []string
		query   string
		reason  string // empty: accepted
	}{
		"github's vector": {"{verify: github, secretEnv: S, type: t}", []string{"It's a Secret to Everybody"}, 0, "Hello, World!",
			[]string{"X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}, "", ""},
		"github while rotating": {"{verify: github, secretEnv: S, type: t}", []string{"old", "It's a Secret to Everybody"}, 0, "Hello, World!",
			[]string{"X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}, "", ""},
		"github by another secret": {"{verify: github, secretEnv: S, type: t}", []string{"another"}, 0, "Hello, World!",
			[]string{"X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}, "", "does not match the body and the secret"},
		"github without":       {"{verify: github, secretEnv: S, type: t}", []string{"s"}, 0, "x", nil, "", "want one X-Hub-Signature-256"},
		"github by SHA-1":      {"{verify: github, secretEnv: S, type: t}", []string{"s"}, 0, "x", []string{"X-Hub-Signature-256: sha1=00"}, "", "does not start with sha256="},
		"github, no hex":       {"{verify: github, secretEnv: S, type: t}", []string{"s"}, 0, "x", []string{"X-Hub-Signature-256: sha256=zz"}, "", "another encoding"},
		"github, nothing":      {"{verify: github, secretEnv: S, type: t}", []string{"s"}, 0, "x", []string{"X-Hub-Signature-256: sha256="}, "", "does not match the body and the secret"},
		"standard's vector":    {"{verify: standard, secretEnv: S, type: t}", []string{whsec}, 1614265330, `{"test": 2432232314}`, standardHeaders, "", ""},
		"standard, in time":    {"{verify: standard, secretEnv: S, type: t}", []string{whsec}, 1614265330 + 300, `{"test": 2432232314}`, standardHeaders, "", ""},
		"standard, too old":    {"{verify: standard, secretEnv: S, type: t}", []string{whsec}, 1614265330 + 301, `{"test": 2432232314}`, standardHeaders, "", "too old"},
		"standard, to come":    {"{verify: standard, secretEnv: S, type: t}", []string{whsec}, 1614265330 - 301, `{"test": 2432232314}`, standardHeaders, "", "in the future"},
		"standard, other body": {"{verify: standard, secretEnv: S, type: t}", []string{whsec}, 1614265330, `{"test": 2432232315}`, standardHeaders, "", "does not match the body and the secret"},
		"standard, among several": {"{verify: standard, secretEnv: S, type: t}", []string{public, "whsec_AAAA", whsec}, 1614265330, `{"test": 2432232314}`,
			append(standardHeaders[:2:2], "webhook-signature: v9,xyz v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="), "", ""},
		"standard by a key": {"{verify: standard, secretEnv: S, type: t}", []string{public}, 5, `{}`, []string{"webhook-id: m", "webhook-timestamp: 5",
			"webhook-signature: v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte("m.5.{}")))}, "", ""},
		"standard by a key, other body": {"{verify: standard, secretEnv: S, type: t}", []string{public}, 5, `{ }`, []string{"webhook-id: m", "webhook-timestamp: 5",
			"webhook-signature: v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte("m.5.{}")))}, "", "does not match the body and the secret"},
		"a key is no shared secret": {"{verify: standard, secretEnv: S, type: t}", []string{public}, 5, `{}`, []string{"webhook-id: m", "webhook-timestamp: 5",
			"webhook-signature: v1," + base64.StdEncoding.EncodeToString(sum256(string(private.Public().(ed25519.PublicKey)), "m.5.{}"))}, "", "does not match the body and the secret"},
		"stripe":            {"{verify: stripe, secretEnv: S}", []string{"whsec_test"}, 1700000100, event, []string{"Stripe-Signature: " + stripe}, "", ""},
		"stripe, v0 too":    {"{verify: stripe, secretEnv: S}", []string{"whsec_test"}, 1700000100, event, []string{"Stripe-Signature: " + stripe + ",v1=00,v0=11"}, "", ""},
		"stripe, v0 only":   {"{verify: stripe, secretEnv: S}", []string{"whsec_test"}, 1700000100, event, []string{"Stripe-Signature: " + strings.Replace(stripe, "v1", "v0", 1)}, "", "no signature that starts with v1="},
		"stripe, too old":   {"{verify: stripe, secretEnv: S}", []string{"whsec_test"}, 1700000301, event, []string{"Stripe-Signature: " + stripe}, "", "too old"},
		"stripe, new time":  {"{verify: stripe, secretEnv: S}", []string{"whsec_test"}, 1700000301, event, []string{"Stripe-Signature: " + strings.Replace(stripe, "1700000000", "1700000301", 1)}, "", "does not match the body and the secret"},
		"stripe, two times": {"{verify: stripe, secretEnv: S}", []string{"whsec_test"}, 1700000100, event, []string{"Stripe-Signature: t=1700000100," + stripe}, "", "more than one t"},
		"hmac": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, encoding: base64, prefix: 'v='}", []string{"k"}, 0, "b",
			[]string{"X-Sign: v=" + base64.StdEncoding.EncodeToString(sum256("k", "b"))}, "", ""},
		"hmac of another hash": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, hash: sha512}", []string{"k"}, 0, "b",
			[]string{"X-Sign: " + hex.EncodeToString(sum256("k", "b"))}, "", "does not match the body and the secret"},
		"basic":                      {"{verify: basic, secretEnv: S, type: t}", []string{"u:p:q"}, 0, "b", []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("u:p:q"))}, "", ""},
		"basic, wrong":               {"{verify: basic, secretEnv: S, type: t}", []string{"u:p"}, 0, "b", []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("u:q"))}, "", "unknown token"},
		"basic, none":                {"{verify: basic, secretEnv: S, type: t}", []string{"u:p"}, 0, "b", nil, "", "scheme Basic"},
		"bearer":                     {"{verify: bearer, secretEnv: S, type: t}", []string{"a", "b"}, 0, "b", []string{"Authorization: Bearer b"}, "", ""},
		"bearer in a query":          {"{verify: bearer, secretEnv: S, type: t}", []string{"a", "b"}, 0, "b", nil, "access_token=b", ""},
		"bearer, wrong":              {"{verify: bearer, secretEnv: S, type: t}", []string{"a"}, 0, "b", nil, "access_token=hidden7", "unknown token"},
		"bearer, empty":              {"{verify: bearer, secretEnv: S, type: t}", []string{"a"}, 0, "b", nil, "access_token=", "unknown token"},
		"bearer twice":               {"{verify: bearer, secretEnv: S, type: t}", []string{"a"}, 0, "b", []string{"Authorization: Bearer a"}, "access_token=a", "more than one token"},
		"bearer beside a platform's": {"{verify: bearer, secretEnv: S, type: t}", []string{"a"}, 0, "b", []string{"Authorization: Bearer eyJ0.of.another"}, "access_token=a", ""},
		"bearer beside a login":      {"{verify: bearer, secretEnv: S, type: t}", []string{"a"}, 0, "b", []string{"Authorization: Basic dTpw"}, "access_token=a", ""},
		"wrong beside a platform's":  {"{verify: bearer, secretEnv: S, type: t}", []string{"a"}, 0, "b", []string{"Authorization: Bearer a"}, "access_token=hidden7", "more than one token"},
		"token":                      {"{verify: token, secretEnv: S, type: t, header: X-T}", []string{"old", "a"}, 0, "b", []string{"x-t: a"}, "", ""},
		"token, wrong":               {"{verify: token, secretEnv: S, type: t, header: X-T}", []string{"a"}, 0, "b", []string{"x-t: hidden7"}, "", "unknown token"},
		"token twice":                {"{verify: token, secretEnv: S, type: t, header: X-T}", []string{"a"}, 0, "b", []string{"x-t: a", "x-t: a"}, "", "want one X-T header"},
		"token, none":                {"{verify: token, secretEnv: S, type: t, header: X-T}", []string{"a"}, 0, "b", nil, "", "want one X-T header"},
		"hmac by a secret in hex": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, secretEncoding: hex}", []string{"6b"}, 0, "b",
			[]string{"X-Sign: " + hex.EncodeToString(sum256("k", "b"))}, "", ""},
		"hmac of a method and an address": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, url: 'https://a.example/x', signed: '${method}${url}${body}${header.X-Time}', tolerance: 1m}", []string{"k"}, 100, "b",
			[]string{"X-Time: 40000", "X-Sign: " + hex.EncodeToString(sum256("k", "POSThttps://a.example/xb40000"))}, "", "in the future"},
		"hmac of a member of the body": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, signed: '${$.at}.${$.n}.${body}', timestamp: '${$.at}', tolerance: 1m}", []string{"k"}, 100, `{"at":"100","n":7}`,
			[]string{"X-Sign: " + hex.EncodeToString(sum256("k", `100.7.{"at":"100","n":7}`))}, "", ""},
		"hmac of a member that is not text": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, signed: '${$.n}.${body}'}", []string{"k"}, 100, `{"n":true}`,
			[]string{"X-Sign: " + hex.EncodeToString(sum256("k", `true.{"n":true}`))}, "", "the body has no n"},
		"hmac of a time in its header": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, separator: ',', prefix: 'h=', signed: '${signature.ts}.${body}'}", []string{"k"}, 1000, "b",
			[]string{"X-Sign: ts=1000,h=" + hex.EncodeToString(sum256("k", "1000.b"))}, "", ""},
		"hmac of an old time in its header": {"{verify: hmac, secretEnv: S, type: t, header: X-Sign, separator: ',', prefix: 'h=', signed: '${signature.ts}.${body}'}", []string{"k"}, 1301, "b",
			[]string{"X-Sign: ts=1000,h=" + hex.EncodeToString(sum256("k", "1000.b"))}, "", "too old"},
		"none": {"{verify: none, unverified: anybody-may-post, type: t}", nil, 0, "b", nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := post(c.body, c.headers...)
			r.URL.RawQuery = c.query
			_, err := enter(open(t, c.inlet, c.secrets, inlet.Options{Now: at(c.now)}), r)
			if c.reason == "" {
				if err != nil {
					t.Errorf("%v: %v", err, errors.Unwrap(err))
				}
				return
			}
			wantRejected(t, err, c.reason)
			if strings.Contains(errors.Unwrap(err).Error(), "hidden7") {
				t.Errorf("a token in the log: %v", errors.Unwrap(err))
			}
		})
	}
}

func TestOneBitMatters(t *testing.T) {
	const body = `{"test": 2432232314}`
	i := open(t, "{verify: standard, secretEnv: S, type: t}", []string{whsec}, inlet.Options{Now: at(1614265330)})
	refused := func(body string, headers ...string) {
		t.Helper()
		if _, err := enter(i, post(body, headers...)); !isUnproven(err) {
			t.Errorf("%v for %q %q", err, body, headers)
		}
	}
	for _, other := range flipped(body) {
		refused(other, standardHeaders...)
	}
	mac := sum256(string(must(base64.StdEncoding.DecodeString(strings.TrimPrefix(whsec, "whsec_")))), "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330."+body)
	for i := range len(mac) * 8 {
		mac[i/8] ^= 1 << (i % 8)
		refused(body, standardHeaders[0], standardHeaders[1], "webhook-signature: v1,"+base64.StdEncoding.EncodeToString(mac))
		mac[i/8] ^= 1 << (i % 8)
	}
	for i := range 2 {
		name, value, _ := strings.Cut(standardHeaders[i], ": ")
		for _, other := range flipped(value) {
			headers := []string{standardHeaders[0], standardHeaders[1], standardHeaders[2]}
			headers[i] = name + ": " + other
			refused(body, headers...)
		}
	}
}

func TestSecretsThatAreNone(t *testing.T) {
	for i, c := range []struct {
		inlet   string
		secrets []string
	}{
		{"{verify: github, secretEnv: S}", nil},
		{"{verify: github, secretEnv: S}", []string{""}},
		{"{verify: stripe, secretEnv: S}", []string{"a", ""}},
		{"{verify: basic, secretEnv: S, type: t}", []string{"hunter2"}},
		{"{verify: standard, secretEnv: S, type: t}", []string{"whsec_"}},
		{"{verify: standard, secretEnv: S, type: t}", []string{"whsec_!"}},
		{"{verify: standard, secretEnv: S, type: t}", []string{"whpk_AAAA"}},
		{"{verify: eventbridge, secretEnv: S, url: 'https://a.example/', region: cn-hangzhou, cloudevents: true}", nil},
	} {
		if _, err := inlet.New(specOf(t, c.inlet), c.secrets, nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", strconv.Itoa(i), err)
		}
	}
}

// A sender that rotates sends several signatures, of both kinds: any of them may be the right one. The number of signatures
// is limited, whatever their kinds.
func TestSeveralSignatures(t *testing.T) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public := "whpk_" + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
	i := open(t, "{verify: standard, secretEnv: S, type: t}", []string{"whsec_aw==", public}, inlet.Options{Now: at(5)})
	shared := "v1," + base64.StdEncoding.EncodeToString(sum256("k", "m.5.{}"))
	signed := "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte("m.5.{}")))
	for what, c := range map[string]struct{ signatures, reason string }{
		"a shared secret's and a key's": {shared + " " + signed, ""},
		"only the key's is right":       {"v1,AAAA " + signed, ""},
		"only the secret's is right":    {shared + " v1a,AAAA", ""},
		"neither is right":              {"v1,AAAA v1a,AAAA", "does not match"},
		"sixteen":                       {strings.Repeat("v1,AAAA ", 15) + shared, ""},
		"seventeen":                     {strings.Repeat("v1,AAAA ", 16) + shared, "too many signatures"},
		"sixteen of both":               {strings.Repeat("v1,AAAA v1a,AAAA ", 7) + "v1,AAAA " + shared, ""},
		"seventeen of both":             {strings.Repeat("v1,AAAA v1a,AAAA ", 8) + shared, "too many signatures"},
	} {
		_, err := enter(i, post("{}", "webhook-id: m", "webhook-timestamp: 5", "webhook-signature: "+c.signatures))
		if c.reason == "" && err != nil {
			t.Errorf("%s: %v", what, errors.Unwrap(err))
		} else if c.reason != "" {
			wantRejected(t, err, c.reason)
		}
	}
}

// Only a setting without any token accepts everybody. An empty token is a mistake and opens nothing.
func TestABearerWithoutTokens(t *testing.T) {
	open, mistaken := inlet.NewBearer(nil), inlet.NewBearer([]string{""})
	if open.IsSet() || open.Check(nil) != nil {
		t.Error("no token is needed")
	}
	if err := mistaken.Check(post("", "Authorization: Bearer").Header); !mistaken.IsSet() || !isUnproven(err) {
		t.Errorf("an empty token: %v", err)
	}
}
