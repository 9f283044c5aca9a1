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

// eventBridge verifies that EventBridge signed a request to this inlet, and that the token is ours: EventBridge signs
// for every account that names our address.
type eventBridge struct {
	url    string // what EventBridge calls
	region string // where the event bus is
	first  bool   // its first signature counts too
	tokens Bearer
	certs  *certificates
	now    func() time.Time
}

var eventBridgeKeys = []key{
	{name: "url", want: "write the address that EventBridge calls, which it signs", read: readURL},
	{name: "region", want: "write where the event bus is, such as cn-hangzhou: its certificate comes from there alone", read: readRegion},
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

// head checks all that needs neither the body nor a certificate.
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
		return unproven("no " + ebV2 + " header")
	}
	return e.checkHost(r.Header.Get(ebURL))
}

// checkHost takes the certificate of the inlet's region alone. Anybody can have a bucket of OSS, but not one of this name.
func (e *eventBridge) checkHost(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !isFile(u) || u.Host != e.region+"-eventbridge.oss-accelerate.aliyuncs.com" {
		return unproven("the certificate is not EventBridge's of " + e.region)
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
		return unproven("the signature is not base64")
	}
	key, err := e.certs.key(r.Context(), r.Header.Get(ebURL))
	if err != nil {
		return err
	}
	if v2 {
		sum := sha256.Sum256(e.stringToSign(r, body, "x-eventbridge-hash-method"))
		if r.Header.Get("X-Eventbridge-Hash-Method") != "SHA256" || rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
			return unproven("the signature is of another request")
		}
		return nil
	}
	return e.checkV1(r, body, key, signature)
}

// checkV1 verifies the first version: an HMAC by a secret that EventBridge has encrypted with its private key. Whoever was
// once sent such a request can read that secret, so that the signature proves little beside the token.
func (e *eventBridge) checkV1(r *http.Request, body []byte, key *rsa.PublicKey, signature []byte) error {
	sealed, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Eventbridge-Signature-Secret"))
	if err != nil {
		return unproven("the secret is not base64")
	}
	secret, ok := openWithPublicKey(key, sealed)
	if !ok || r.Header.Get("X-Eventbridge-Signature-Method") != "HMAC-SHA1" {
		return unproven("the secret is not of EventBridge's key, or the method not HMAC-SHA1")
	}
	mac := hmac.New(sha1.New, secret)
	mac.Write(e.stringToSign(r, body, "x-eventbridge-signature-method"))
	if !hmac.Equal(mac.Sum(nil), signature) {
		return unproven("the signature is of another request")
	}
	return nil
}

// stringToSign is the address, the headers in their documented order and the body, a line each.
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

// openWithPublicKey undoes RSA by a private key with PKCS #1's block type 1.
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
