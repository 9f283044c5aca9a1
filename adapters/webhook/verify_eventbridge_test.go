package webhook_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
)

const (
	ebHost  = "cn-hangzhou-eventbridge.oss-accelerate.aliyuncs.com"
	ebInlet = "{verify: eventbridge, secretEnv: S, url: 'https://bridge.example/in/in', region: cn-hangzhou, cloudevents: true}"
	ebEvent = `{"specversion":"1.0","id":"e1","source":"acs.oss","type":"oss:ObjectCreated:PutObject","data":{"a":1}}`
	ebNow   = 1700000000
)

// An ebRequest is one that EventBridge would make, before it is spoilt.
type ebRequest struct {
	key                *rsa.PrivateKey
	body, token, query string
	cert               string
	at                 int64 // milliseconds
	v1                 bool
}

func (e ebRequest) headers() []string {
	method := "x-eventbridge-hash-method: SHA256"
	if e.v1 {
		method = "x-eventbridge-signature-method: HMAC-SHA1"
	}
	lines := []string{"x-eventbridge-signature-timestamp: " + strconv.FormatInt(e.at, 10), method, "x-eventbridge-signature-version: 1.0",
		"x-eventbridge-signature-url: " + e.cert, "x-eventbridge-signature-token: " + e.token}
	signed := "https://bridge.example/in/in" + e.query + "\n" + strings.Join(lines, "\n") + "\n" + e.body
	if !e.v1 {
		sum := sha256.Sum256([]byte(signed))
		signature := must(rsa.SignPKCS1v15(rand.Reader, e.key, crypto.SHA256, sum[:]))
		return append(lines, "x-eventbridge-signature-v2: "+base64.StdEncoding.EncodeToString(signature))
	}
	secret := []byte("a secret for this call")
	mac := hmac.New(sha1.New, secret)
	mac.Write([]byte(signed))
	sealed := must(rsa.SignPKCS1v15(nil, e.key, crypto.Hash(0), secret)) // the private key's operation on what is not hashed
	return append(lines, "x-eventbridge-signature-secret: "+base64.StdEncoding.EncodeToString(sealed),
		"x-eventbridge-signature: "+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func TestEventBridge(t *testing.T) {
	host := newCertificateHost(t, ebHost, time.Unix(ebNow+1000, 0))
	other := must(rsa.GenerateKey(rand.Reader, 2048))
	for name, c := range map[string]struct {
		spoil  func(*ebRequest)
		inlet  string
		late   int64                 // seconds
		change func(r *http.Request) // after signing
		body   string                // after signing
		reason string                // empty: let in
		asked  bool                  // the certificate's host was
	}{
		"as it should be":          {asked: true},
		"with a query":             {spoil: func(e *ebRequest) { e.query = "?a=b" }, change: func(r *http.Request) { r.URL.RawQuery = "a=b" }, asked: true},
		"another query":            {spoil: func(e *ebRequest) { e.query = "?a=b" }, reason: "another request", asked: true},
		"in seconds":               {spoil: func(e *ebRequest) { e.at /= 1000 }, asked: true},
		"a minute late":            {late: 60, asked: true},
		"too late":                 {late: 61, reason: "too old"},
		"a body changed":           {body: strings.Replace(ebEvent, `1}}`, `2}}`, 1), reason: "another request", asked: true},
		"by another key":           {spoil: func(e *ebRequest) { e.key = other }, reason: "another request", asked: true},
		"another's token":          {spoil: func(e *ebRequest) { e.token = "theirs" }, reason: "unknown token"},
		"without a token":          {change: func(r *http.Request) { r.Header.Del("X-Eventbridge-Signature-Token") }, reason: "not one X-Eventbridge-Signature-Token"},
		"another region's":         {spoil: func(e *ebRequest) { e.cert = "https://cn-evil-eventbridge.oss-accelerate.aliyuncs.com/cert.pem" }, reason: "not EventBridge"},
		"another host":             {spoil: func(e *ebRequest) { e.cert = "https://evil.example/cert.pem" }, reason: "not EventBridge"},
		"a host that begins so":    {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + ".evil.example/cert.pem" }, reason: "not EventBridge"},
		"a host after a user":      {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + "@evil.example/cert.pem" }, reason: "not EventBridge"},
		"a port":                   {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + ":8443/cert.pem" }, reason: "not EventBridge"},
		"without TLS":              {spoil: func(e *ebRequest) { e.cert = "http://" + ebHost + "/cert.pem" }, reason: "not EventBridge"},
		"no signature":             {change: func(r *http.Request) { r.Header.Del("X-Eventbridge-Signature-V2") }, reason: "no X-Eventbridge-Signature-V2"},
		"no base64":                {change: func(r *http.Request) { r.Header.Set("X-Eventbridge-Signature-V2", "!") }, reason: "not base64"},
		"the first version":        {spoil: func(e *ebRequest) { e.v1 = true }, reason: "no X-Eventbridge-Signature-V2"},
		"the first version wanted": {spoil: func(e *ebRequest) { e.v1 = true }, inlet: strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1), asked: true},
		"the first, body changed":  {spoil: func(e *ebRequest) { e.v1 = true }, inlet: strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1), body: ebEvent + " ", reason: "another request", asked: true},
		"the first by another key": {spoil: func(e *ebRequest) { e.v1, e.key = true, other }, inlet: strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1), reason: "not of EventBridge's key", asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			e := ebRequest{key: host.key, body: ebEvent, token: "ours", cert: "https://" + ebHost + "/cert.pem", at: ebNow * 1000}
			if c.spoil != nil {
				c.spoil(&e)
			}
			if c.inlet == "" {
				c.inlet = ebInlet
			}
			if c.body == "" {
				c.body = ebEvent
			}
			r := postTo("/in/in", c.body, append(e.headers(), "Content-Type: application/json")...)
			if c.change != nil {
				c.change(r)
			}
			before := host.asked.Load()
			var log bytes.Buffer
			w := answerTo(inletHandler(t, c.inlet, []string{"ours"}, webhook.InletOptions{Transport: host.transport, Now: at(ebNow + c.late)}, &log), r)
			if c.reason != "" {
				wantUnproven(t, w, &log, c.reason)
			} else if w.Code != http.StatusNoContent {
				t.Errorf("%d %s\n%s", w.Code, w.Body, &log)
			}
			if asked := host.asked.Load() > before; asked != c.asked {
				t.Errorf("the certificate's host was asked: %t", asked)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	host := newCertificateHost(t, ebHost, time.Unix(ebNow+30, 0))
	post := func(t *testing.T, h http.Handler, cert string) int {
		t.Helper()
		e := ebRequest{key: host.key, body: ebEvent, token: "ours", cert: "https://" + ebHost + cert, at: ebNow * 1000}
		return answerTo(h, postTo("/in/in", ebEvent, e.headers()...)).Code
	}
	host.files["/junk.pem"] = []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	h := inletHandler(t, ebInlet, []string{"ours"}, webhook.InletOptions{Transport: host.transport, Now: at(ebNow)}, nil)
	for range 3 {
		if code := post(t, h, "/cert.pem"); code != http.StatusNoContent {
			t.Fatal(code)
		}
	}
	if n := host.asked.Load(); n != 1 {
		t.Errorf("%d requests for one certificate", n)
	}
	for cert, want := range map[string]int{"/elsewhere.pem": 503, "/absent.pem": 503, "/junk.pem": 401} {
		if code := post(t, h, cert); code != want {
			t.Errorf("%s: %d, want %d", cert, code, want)
		}
	}
	late := inletHandler(t, ebInlet, []string{"ours"}, webhook.InletOptions{Transport: host.transport, Now: at(ebNow + 40)}, nil)
	if code := post(t, late, "/cert.pem"); code != http.StatusUnauthorized {
		t.Errorf("an expired certificate: %d", code)
	}
	impostor := newCertificateHost(t, "evil.example", time.Unix(ebNow+1000, 0))
	fooled := inletHandler(t, ebInlet, []string{"ours"}, webhook.InletOptions{Transport: impostor.transport, Now: at(ebNow)}, nil)
	if code := post(t, fooled, "/cert.pem"); code != http.StatusServiceUnavailable || impostor.asked.Load() != 0 {
		t.Errorf("a host with another's certificate: %d", code)
	}
}
