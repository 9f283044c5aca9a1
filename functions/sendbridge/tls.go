package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// secure is the emulator's HTTPS listener.
type secure struct {
	net.Listener
	file string // the certificate, for clients to trust
}

// newSecure makes a certificate for this machine's names and writes it to a file, which close removes. The private key
// stays in memory. Connections use HTTP/1.1, because the emulator's faults close single connections without an answer.
func newSecure(l net.Listener) (secure, error) {
	certificate, err := newCertificate(l.Addr(), time.Now())
	if err != nil {
		return secure{}, err
	}
	f, err := os.CreateTemp("", "sendbridge-dev-*.pem")
	if err != nil {
		return secure{}, err
	}
	defer f.Close()
	s := secure{tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}}), f.Name()}
	if err := pem.Encode(f, &pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}); err != nil {
		return s, err
	}
	return s, f.Close()
}

// newCertificate returns a certificate that signs itself, because users add it to a client's list of authorities.
func newCertificate(at net.Addr, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, err
	}
	t := x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "sendbridge dev, an emulator"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 1, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true, IsCA: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if a, ok := at.(*net.TCPAddr); ok {
		t.IPAddresses = append(t.IPAddresses, a.IP)
	}
	raw, err := x509.CreateCertificate(rand.Reader, &t, &t, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, err
}

func (s secure) close() {
	if s.file != "" {
		os.Remove(s.file)
	}
}

// advice explains how clients can trust the certificate. It is empty without --tls.
func (s secure) advice() string {
	if s.file == "" {
		return ""
	}
	return fmt.Sprintf(`
To trust the emulator's certificate in Node, in Python's requests, and in Go, OpenSSL and others:
  export NODE_EXTRA_CA_CERTS=%[1]s
  export REQUESTS_CA_BUNDLE=%[1]s
  export SSL_CERT_FILE=%[1]s
`, s.file)
}
