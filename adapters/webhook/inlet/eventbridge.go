// Signatures of EventBridge's HTTP targets: https://help.aliyun.com/zh/eventbridge/user-guide/signature-algorithm

package inlet

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sendbridge/core/rules"
)

// eventBridge verifies that EventBridge signed a request to this inlet, and that the token is ours: EventBridge
// also signs requests that other customers send to our address.
type eventBridge struct {
	url    string // the address that EventBridge calls
	region string // the region of the event bus
	first  bool   // also accept signatures of version 1
	tokens Bearer
	certs  *certificates
	now    func() time.Time
}

var eventBridgeKeys = []key{
	{name: "url", want: "write the address that EventBridge calls, which its signature covers", read: readURL},
	{name: "region", want: "write the region of the event bus, such as cn-hangzhou: only that region's certificate is accepted", read: readRegion},
	{name: "signatureV1", read: readSwitch},
}

func openEventBridge(in input) (checks, error) {
	e := &eventBridge{url: in.settings.text("url"), region: in.settings.text("region"), first: in.settings.on("signatureV1"),
		tokens: NewBearer(in.secrets), now: in.now, certs: newCertificates(in)}
	return checks{head: e.head, body: e.check}, nil
}

func readURL(n rules.Node, key string, spec *Spec) []string {
	address := n.Text(key)
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		n.Mistake("url %q must be a whole address, such as https://example.com%s", address, spec.Path())
	}
	return []string{address}
}

func readRegion(n rules.Node, key string, _ *Spec) []string {
	region := n.Text(key)
	if !isName(region) || strings.Contains(region, "_") {
		n.Mistake("region %q must be a region's id, such as cn-hangzhou", region)
	}
	return []string{region}
}

const (
	ebTimestamp = "X-Eventbridge-Signature-Timestamp"
	ebURL       = "X-Eventbridge-Signature-Url"
	ebToken     = "X-Eventbridge-Signature-Token"
	ebV2        = "X-Eventbridge-Signature-V2"
)

// head makes all checks that need neither the body nor a certificate.
func (e *eventBridge) head(r *http.Request) error {
	token, err := onlyHeader(r.Header, ebToken)
	if err != nil {
		return err
	}
	if err := e.tokens.checkToken(token); err != nil {
		return err
	}
	at, err := onlyHeader(r.Header, ebTimestamp)
	if err != nil {
		return err
	}
	if err := checkAge(at, time.Minute, e.now()); err != nil {
		return err
	}
	if r.Header.Get(ebV2) == "" && !e.first {
		return rejected("the " + ebV2 + " header is missing")
	}
	return e.checkHost(r.Header.Get(ebURL))
}

// checkHost accepts only the certificate of the inlet's region. Anybody can create an OSS bucket, but not one of this name.
func (e *eventBridge) checkHost(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !isFile(u) || u.Host != e.region+"-eventbridge.oss-accelerate.aliyuncs.com" {
		return rejected("the certificate is not the one of EventBridge in " + e.region)
	}
	return nil
}

func (e *eventBridge) check(r *http.Request, body []byte) error {
	v2 := r.Header.Get(ebV2) != ""
	name := ebV2
	if !v2 {
		name = "X-Eventbridge-Signature"
	}
	text, err := onlyHeader(r.Header, name)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return rejected("the signature is not base64")
	}
	key, err := e.certs.key(r.Context(), r.Header.Get(ebURL))
	if err != nil {
		return err
	}
	if v2 {
		sum := sha256.Sum256(e.stringToSign(r, body, "x-eventbridge-hash-method"))
		if r.Header.Get("X-Eventbridge-Hash-Method") != "SHA256" || rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
			return rejected("the signature does not match the request")
		}
		return nil
	}
	return e.checkV1(r, body, key, signature)
}

// checkV1 verifies signature version 1: an HMAC with a secret that EventBridge has encrypted with its private key. Every
// earlier receiver of such a request knows that secret, so only the token really authenticates.
func (e *eventBridge) checkV1(r *http.Request, body []byte, key *rsa.PublicKey, signature []byte) error {
	sealed, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Eventbridge-Signature-Secret"))
	if err != nil {
		return rejected("the secret is not base64")
	}
	secret, ok := openWithPublicKey(key, sealed)
	if !ok || r.Header.Get("X-Eventbridge-Signature-Method") != "HMAC-SHA1" {
		return rejected("the secret was not encrypted with EventBridge's key, or the method is not HMAC-SHA1")
	}
	mac := hmac.New(sha1.New, secret)
	mac.Write(e.stringToSign(r, body, "x-eventbridge-signature-method"))
	if !hmac.Equal(mac.Sum(nil), signature) {
		return rejected("the signature does not match the request")
	}
	return nil
}

// stringToSign returns the address, the headers in their documented order and the body, one per line.
func (e *eventBridge) stringToSign(r *http.Request, body []byte, method string) []byte {
	var b bytes.Buffer
	b.WriteString(strings.TrimSuffix(e.url, "?"))
	if r.URL.RawQuery != "" && !strings.Contains(e.url, "?") {
		b.WriteString("?" + r.URL.RawQuery)
	}
	for _, name := range []string{"x-eventbridge-signature-timestamp", method, "x-eventbridge-signature-version",
		"x-eventbridge-signature-url", "x-eventbridge-signature-token"} {
		b.WriteString("\n" + name + ": " + r.Header.Get(name))
	}
	b.WriteByte('\n')
	b.Write(body)
	return b.Bytes()
}

// openWithPublicKey decrypts what was encrypted with an RSA private key, with block type 1 of PKCS #1.
// https://www.rfc-editor.org/rfc/rfc2313#section-8.1
func openWithPublicKey(key *rsa.PublicKey, sealed []byte) ([]byte, bool) {
	c := new(big.Int).SetBytes(sealed)
	if len(sealed) != key.Size() || c.Cmp(key.N) >= 0 {
		return nil, false
	}
	block := c.Exp(c, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	padding, secret, ok := bytes.Cut(block[2:], []byte{0})
	if block[0] != 0 || block[1] != 1 || !ok || len(padding) < 8 || len(secret) == 0 || bytes.Count(padding, []byte{0xff}) != len(padding) {
		return nil, false
	}
	return secret, true
}
