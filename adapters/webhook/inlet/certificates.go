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

// certificates keeps the keys of a few certificates, whose addresses those who post name.
type certificates struct{ *published[*x509.Certificate] }

func newCertificates(in input) *certificates {
	return &certificates{newPublished(in, "certificate", readCertificate)}
}

// file is the path of a certificate: one name.
var file = regexp.MustCompile(`^/[0-9A-Za-z._-]+\.pem$`)

// isFile says whether an address is no more than a host and the name of a certificate.
func isFile(u *url.URL) bool {
	return u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && u.RawPath == "" && file.MatchString(u.Path)
}

func (c *certificates) key(ctx context.Context, address string) (*rsa.PublicKey, error) {
	cert, err := c.get(ctx, address)
	if err != nil {
		return nil, err
	}
	if now := c.now(); now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return nil, unproven("the certificate has expired, or is not valid yet")
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, unproven("the certificate's key is not RSA")
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
