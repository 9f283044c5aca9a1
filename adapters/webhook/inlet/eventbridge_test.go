package inlet_test

import (
	"cmp"
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
)

const (
	ebHost  = "cn-hangzhou-eventbridge.oss-accelerate.aliyuncs.com"
	ebInlet = "{verify: eventbridge, secretEnv: S, url: 'https://bridge.example/in/in', region: cn-hangzhou, cloudevents: true}"
	ebEvent = `{"specversion":"1.0","id":"e1","source":"acs.oss","type":"oss:ObjectCreated:PutObject","data":{"a":1}}`
	ebNow   = 1700000000
)

// An ebRequest is a request as EventBridge makes it, before a test alters it.
type ebRequest struct {
	key                *rsa.PrivateKey
	body, token, query string
	cert               string
	at                 int64 // milliseconds
	v1                 bool
	hash               string // empty means SHA256
}

func (e ebRequest) headers() []string {
	method := "x-eventbridge-hash-method: " + cmp.Or(e.hash, "SHA256")
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
	sealed := must(rsa.SignPKCS1v15(nil, e.key, crypto.Hash(0), secret)) // encrypts without hashing
	return append(lines, "x-eventbridge-signature-secret: "+base64.StdEncoding.EncodeToString(sealed),
		"x-eventbridge-signature: "+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func TestEventBridge(t *testing.T) {
	host := newCertificateHost(t, time.Unix(ebNow+1000, 0))
	other := must(rsa.GenerateKey(rand.Reader, 2048))
	for name, c := range map[string]struct {
		spoil  func(*ebRequest)
		inlet  string
		late   int64                 // seconds
		change func(r *http.Request) // after signing
		body   string                // after signing
		reason string                // empty: accepted
		asked  bool                  // whether the certificate was fetched
	}{
		"as it should be":          {asked: true},
		"with a query":             {spoil: func(e *ebRequest) { e.query = "?a=b" }, change: func(r *http.Request) { r.URL.RawQuery = "a=b" }, asked: true},
		"another query":            {spoil: func(e *ebRequest) { e.query = "?a=b" }, reason: "does not match the request", asked: true},
		"in seconds":               {spoil: func(e *ebRequest) { e.at /= 1000 }, asked: true},
		"a minute late":            {late: 60, asked: true},
		"another hash":             {spoil: func(e *ebRequest) { e.hash = "SHA1" }, reason: "does not match the request", asked: true},
		"too late":                 {late: 61, reason: "too old"},
		"a body changed":           {body: strings.Replace(ebEvent, `1}}`, `2}}`, 1), reason: "does not match the request", asked: true},
		"by another key":           {spoil: func(e *ebRequest) { e.key = other }, reason: "does not match the request", asked: true},
		"another's token":          {spoil: func(e *ebRequest) { e.token = "theirs" }, reason: "unknown token"},
		"without a token":          {change: func(r *http.Request) { r.Header.Del("X-Eventbridge-Signature-Token") }, reason: "want one X-Eventbridge-Signature-Token"},
		"another region's":         {spoil: func(e *ebRequest) { e.cert = "https://cn-evil-eventbridge.oss-accelerate.aliyuncs.com/cert.pem" }, reason: "not the one of EventBridge"},
		"another host":             {spoil: func(e *ebRequest) { e.cert = "https://evil.example/cert.pem" }, reason: "not the one of EventBridge"},
		"a host that begins so":    {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + ".evil.example/cert.pem" }, reason: "not the one of EventBridge"},
		"a host after a user":      {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + "@evil.example/cert.pem" }, reason: "not the one of EventBridge"},
		"a port":                   {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + ":8443/cert.pem" }, reason: "not the one of EventBridge"},
		"a query":                  {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + "/cert.pem?x=1" }, reason: "not the one of EventBridge"},
		"a folder":                 {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + "/a/cert.pem" }, reason: "not the one of EventBridge"},
		"another kind of file":     {spoil: func(e *ebRequest) { e.cert = "https://" + ebHost + "/cert" }, reason: "not the one of EventBridge"},
		"without TLS":              {spoil: func(e *ebRequest) { e.cert = "http://" + ebHost + "/cert.pem" }, reason: "not the one of EventBridge"},
		"no signature":             {change: func(r *http.Request) { r.Header.Del("X-Eventbridge-Signature-V2") }, reason: "X-Eventbridge-Signature-V2 header is missing"},
		"no base64":                {change: func(r *http.Request) { r.Header.Set("X-Eventbridge-Signature-V2", "!") }, reason: "not base64"},
		"the first version":        {spoil: func(e *ebRequest) { e.v1 = true }, reason: "X-Eventbridge-Signature-V2 header is missing"},
		"the first version wanted": {spoil: func(e *ebRequest) { e.v1 = true }, inlet: strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1), asked: true},
		"the first, body changed":  {spoil: func(e *ebRequest) { e.v1 = true }, inlet: strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1), body: ebEvent + " ", reason: "does not match the request", asked: true},
		"the first by another key": {spoil: func(e *ebRequest) { e.v1, e.key = true, other }, inlet: strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1), reason: "not encrypted with EventBridge's key", asked: true},
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
			r := post(c.body, append(e.headers(), "Content-Type: application/json")...)
			if c.change != nil {
				c.change(r.Request)
			}
			before := host.asked.Load()
			_, err := enter(open(t, c.inlet, []string{"ours"}, inlet.Options{Transport: host, Now: at(ebNow + c.late)}), r)
			if c.reason != "" {
				wantRejected(t, err, c.reason)
			} else if err != nil {
				t.Errorf("%v: %v", err, errors.Unwrap(err))
			}
			if asked := host.asked.Load() > before; asked != c.asked {
				t.Errorf("the certificate's host was asked: %t", asked)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	host := newCertificateHost(t, time.Unix(ebNow+30, 0))
	enterWith := func(i *inlet.Inlet, cert string) error {
		e := ebRequest{key: host.key, body: ebEvent, token: "ours", cert: "https://" + ebHost + cert, at: ebNow * 1000}
		_, err := enter(i, post(ebEvent, e.headers()...))
		return err
	}
	host.files["/junk.pem"] = []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	i := open(t, ebInlet, []string{"ours"}, inlet.Options{Transport: host, Now: at(ebNow)})
	for range 3 {
		if err := enterWith(i, "/cert.pem"); err != nil {
			t.Fatal(err)
		}
	}
	if n := host.asked.Load(); n != 1 {
		t.Errorf("%d requests for one certificate", n)
	}
	for cert, want := range map[string]func(error) bool{"/elsewhere.pem": isLater, "/absent.pem": isLater, "/junk.pem": isUnproven} {
		if err := enterWith(i, cert); !want(err) {
			t.Errorf("%s: %v", cert, err)
		}
	}
	late := open(t, ebInlet, []string{"ours"}, inlet.Options{Transport: host, Now: at(ebNow + 40)})
	if err := enterWith(late, "/cert.pem"); !isUnproven(err) {
		t.Errorf("an expired certificate: %v", err)
	}
}

// A host that shows another host's certificate is not asked for anything.
func TestAnImpostorOfACertificateHost(t *testing.T) {
	host := newCertificateHost(t, time.Unix(ebNow+1000, 0))
	server := httptest.NewUnstartedServer(host)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS() // with the certificate of example.com
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	i := open(t, ebInlet, []string{"ours"}, inlet.Options{Transport: transport, Now: at(ebNow)})
	e := ebRequest{key: host.key, body: ebEvent, token: "ours", cert: "https://" + ebHost + "/cert.pem", at: ebNow * 1000}
	if _, err := enter(i, post(ebEvent, e.headers()...)); !isLater(err) || host.asked.Load() != 0 {
		t.Errorf("%v, after %d requests", err, host.asked.Load())
	}
}
