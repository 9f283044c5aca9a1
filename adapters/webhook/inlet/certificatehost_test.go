package inlet_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
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

// A certificateHost is a vendor's host under any name, with its files by path.
type certificateHost struct {
	transport *http.Transport
	asked     atomic.Int64
	key       *rsa.PrivateKey // signs messages
	files     map[string][]byte
}

func newCertificateHost(t testing.TB, host string, until time.Time) *certificateHost {
	t.Helper()
	a := newAuthority(t)
	h := &certificateHost{key: must(inlet.SharedKey()), files: map[string][]byte{}}
	h.files["/cert.pem"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.sign("signer", h.key, until)})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	}))
	hostKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{a.sign(host, hostKey, time.Now().Add(time.Hour))}, PrivateKey: hostKey}}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS()
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	h.transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		}}
	t.Cleanup(func() {
		h.transport.CloseIdleConnections()
		server.Close()
	})
	return h
}
