package inlet

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"regexp"
)

// certificates caches certificates. Unauthenticated senders name their addresses.
type certificates struct{ *published[*x509.Certificate] }

func newCertificates(in input) *certificates {
	return &certificates{newPublished(in, "certificate", readCertificate)}
}

// file matches the path of a certificate: one name.
var file = regexp.MustCompile(`^/[0-9A-Za-z._-]+\.pem$`)

// isFile reports whether an address consists only of a host and the name of a certificate.
func isFile(u *url.URL) bool {
	return u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && u.RawPath == "" && file.MatchString(u.Path)
}

func (c *certificates) key(ctx context.Context, address string) (*rsa.PublicKey, error) {
	cert, err := c.get(ctx, address)
	if err != nil {
		return nil, err
	}
	if now := c.now(); now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return nil, rejected("the certificate has expired, or is not valid yet")
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, rejected("the certificate's key is not RSA")
	}
	return key, nil
}

func readCertificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("the certificate is not PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, errors.New("the certificate cannot be read")
	}
	return cert, nil
}
