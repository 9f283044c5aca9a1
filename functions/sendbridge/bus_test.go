package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A bus stands for EventBridge: it signs calls, and a proxy serves its certificate under the real host name.
type bus struct {
	key          *rsa.PrivateKey
	proxy, roots string
}

const busHost = "cn-hangzhou-eventbridge.oss-accelerate.aliyuncs.com"

func newBus(t *testing.T) *bus {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{busHost}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	host := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(text) }))
	host.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
	host.StartTLS()
	t.Cleanup(host.Close)
	proxy := httptest.NewServer(tunnel(host.Listener.Addr().String()))
	t.Cleanup(proxy.Close)
	b := &bus{key: key, proxy: proxy.URL, roots: filepath.Join(t.TempDir(), "roots.pem")}
	if err := os.WriteFile(b.roots, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// tunnel is a proxy that connects to one address, for the bus's host only.
func tunnel(address string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != busHost+":443" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		there, err := net.Dial("tcp", address)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, read, err := http.NewResponseController(w).Hijack()
		if err != nil {
			there.Close()
			return
		}
		// Hijack comes first: the server's own reader may have read bytes ahead, and they are in the buffer.
		io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			io.Copy(there, read)
			there.(*net.TCPConn).CloseWrite()
		}()
		io.Copy(here, there)
		here.Close()
		there.Close()
	}
}

// A client may send before the tunnel answers. Every byte arrives, even those sent together with the request.
func TestTunnelLosesNoByte(t *testing.T) {
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	go func() {
		if c, err := far.Accept(); err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	proxy := httptest.NewServer(tunnel(far.Addr().String()))
	defer proxy.Close()
	c, err := net.Dial("tcp", proxy.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "CONNECT "+busHost+":443 HTTP/1.1\r\nHost: "+busHost+":443\r\n\r\n\x16\x03\x01 all of it")
	c.(*net.TCPConn).CloseWrite()
	if all, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(all), "\r\n\r\n\x16\x03\x01 all of it") {
		t.Errorf("%q, %v", all, err)
	}
}

// sign returns the headers, name by value, of a call to address.
func (b *bus) sign(address, token, body string) []string {
	headers := []string{"x-eventbridge-signature-timestamp", fmt.Sprint(time.Now().UnixMilli()), "x-eventbridge-hash-method", "SHA256",
		"x-eventbridge-signature-version", "1.0", "x-eventbridge-signature-url", "https://" + busHost + "/cert.pem", "x-eventbridge-signature-token", token}
	lines := []string{address}
	for i := 0; i < len(headers); i += 2 {
		lines = append(lines, headers[i]+": "+headers[i+1])
	}
	sum := sha256.Sum256([]byte(strings.Join(append(lines, body), "\n")))
	signature, err := rsa.SignPKCS1v15(rand.Reader, b.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return append(headers, "x-eventbridge-signature-v2", base64.StdEncoding.EncodeToString(signature))
}
