package inlet

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"regexp"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"sendbridge/core/fault"
)

// certificates keeps the keys of a few certificates for an hour, and longer where they cannot be fetched again. Whoever posts
// names the address of one, so that what this asks of the vendor's host is bounded: one fetch at a time, shared by all who
// want the same, a few a minute, and none soon again of what was not there. Where a certificate cannot be had the sender is
// not to blame: the error asks it to send the request again.
type certificates struct {
	fetch   fetcher
	now     func() time.Time
	flights singleflight.Group
	turn    chan struct{} // held by the one fetch

	mu      sync.Mutex
	known   map[string]certificate // by address
	absent  map[string]absence     // by address
	begun   []time.Time            // of the fetches of the last minute
	waiting int
}

type certificate struct {
	*x509.Certificate
	until time.Time
}

// An absence is why there is no certificate at an address, for a while.
type absence struct {
	err   error
	until time.Time
}

const (
	maxCertificates  = 8              // more than a vendor uses at a time
	maxFetches       = 6              // a minute
	maxAbsent        = 2 * maxFetches // those of two minutes
	absentFor        = time.Minute    // until an address is asked again
	maxWaiting       = 64             // requests that wait for a fetch, with their bodies
	certificateFresh = time.Hour
)

func newCertificates(in input) *certificates {
	return &certificates{fetch: in.fetch, now: in.now, turn: make(chan struct{}, 1), known: map[string]certificate{}, absent: map[string]absence{}}
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

// get returns what is known, if that is fresh, and else asks. What is known stays good where the host does not answer.
func (c *certificates) get(ctx context.Context, address string) (*x509.Certificate, error) {
	c.mu.Lock()
	known, ok := c.known[address]
	absent := c.absent[address]
	now := c.now()
	switch {
	case ok && now.Before(known.until):
		c.mu.Unlock()
		return known.Certificate, nil
	case now.Before(absent.until):
		c.mu.Unlock()
		return orKnown(known, absent.err)
	case c.waiting >= maxWaiting:
		c.mu.Unlock()
		return orKnown(known, unavailable(errors.New("too many wait for it")))
	}
	c.waiting++
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.waiting--
	}()
	detached := context.WithoutCancel(ctx) // the fetch is of all who wait
	select {
	case r := <-c.flights.DoChan(address, func() (any, error) { return c.ask(detached, address) }):
		if r.Err != nil {
			return orKnown(known, r.Err)
		}
		return r.Val.(*x509.Certificate), nil
	case <-ctx.Done():
		return orKnown(known, unavailable(ctx.Err()))
	}
}

func orKnown(known certificate, err error) (*x509.Certificate, error) {
	if known.Certificate != nil {
		return known.Certificate, nil
	}
	return nil, err
}

// ask fetches a certificate when it is its turn.
func (c *certificates) ask(ctx context.Context, address string) (cert *x509.Certificate, err error) {
	if !c.begin() {
		return nil, unavailable(errors.New("too many certificates were fetched in the last minute"))
	}
	c.turn <- struct{}{}
	defer func() {
		<-c.turn
		if p := recover(); p != nil { // the group would end the process
			err = unavailable(fault.Panic("panic: %w", "panic of type %T", p))
		}
		c.keep(address, cert, err)
	}()
	text, err := c.fetch.get(ctx, address)
	if err != nil {
		return nil, unavailable(err)
	}
	if cert, err = readCertificate(text); err != nil {
		return nil, unproven(err.Error())
	}
	return cert, nil
}

// begin counts a fetch. It says no to one too many in a minute.
func (c *certificates) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	for len(c.begun) > 0 && now.Sub(c.begun[0]) >= time.Minute {
		c.begun = c.begun[1:]
	}
	if len(c.begun) >= maxFetches {
		return false
	}
	c.begun = append(c.begun, now)
	return true
}

func (c *certificates) keep(address string, cert *x509.Certificate, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if len(c.absent) >= maxAbsent {
			clear(c.absent)
		}
		c.absent[address] = absence{err, c.now().Add(absentFor)}
		return
	}
	if len(c.known) >= maxCertificates {
		clear(c.known)
	}
	c.known[address] = certificate{cert, c.now().Add(certificateFresh)}
	delete(c.absent, address)
}

func unavailable(cause error) error {
	return &Error{Code: "CertificateUnavailable", Text: "the certificate of the signature cannot be had at the moment", Later: true, Cause: cause}
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
