package inlet_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
)

// An authority signs the certificates of hosts and of message signers.
type authority struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().Add(time.Hour * 24 * 365 * 50), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key))))
	return a
}

func (a *authority) sign(host string, key crypto.Signer, until time.Time) []byte {
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Unix(0, 0), NotAfter: until, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	return must(x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key))
}

// A certificateHost is a vendor's host under any name, with its files by path. It is a transport that needs no network.
type certificateHost struct {
	asked atomic.Int64
	key   *rsa.PrivateKey // signs messages
	files map[string][]byte
}

func newCertificateHost(t testing.TB, until time.Time) *certificateHost {
	t.Helper()
	h := &certificateHost{key: must(inlet.SharedKey()), files: map[string][]byte{}}
	h.files["/cert.pem"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: newAuthority(t).sign("signer", h.key, until)})
	return h
}

func (h *certificateHost) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

func (h *certificateHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.asked.Add(1)
	if r.URL.Path == "/elsewhere.pem" {
		http.Redirect(w, r, "/cert.pem", http.StatusFound)
		return
	}
	file, ok := h.files[r.URL.Path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
	}
	w.Write(file)
}
