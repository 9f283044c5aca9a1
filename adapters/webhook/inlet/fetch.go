package inlet

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// A fetcher gets what vendors publish. Its callers check an address before it asks there, and it follows no redirect to
// another.
type fetcher struct{ client *http.Client }

func newFetcher(t http.RoundTripper) fetcher {
	return fetcher{client: &http.Client{Transport: t, Timeout: 4 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// get returns at most 64 KiB of an answer that is 200.
func (f fetcher) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the address is none")
	}
	answer, err := f.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("no answer from %s", r.URL.Host) // an address may have a token in its query
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", r.URL.Host, answer.StatusCode)
	}
	return body, nil
}

// certificates keeps the keys of a few certificates for an hour. Where one cannot be fetched the sender is not to blame:
// the error asks it to send the request again.
type certificates struct {
	fetch fetcher
	now   func() time.Time
	mu    sync.Mutex
	known map[string]certificate // by address
	asked []time.Time            // when the last fetches began, whatever came of them
}

type certificate struct {
	*x509.Certificate
	until time.Time
}

const (
	// maxCertificates is more than a vendor uses at a time.
	maxCertificates = 8
	// maxFetches a minute are what strangers can cause, who may name any file at the vendor's host.
	maxFetches = 6
)

// mayFetch counts a fetch if there may be one now.
func (c *certificates) mayFetch() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if len(c.asked) == maxFetches && now.Sub(c.asked[0]) < time.Minute {
		return false
	}
	if len(c.asked) == maxFetches {
		c.asked = append(c.asked[:0], c.asked[1:]...)
	}
	c.asked = append(c.asked, now)
	return true
}

func newCertificates(in input) *certificates {
	return &certificates{fetch: in.fetch, now: in.now, known: map[string]certificate{}}
}

func (c *certificates) key(ctx context.Context, address string) (*rsa.PublicKey, error) {
	c.mu.Lock()
	known, ok := c.known[address]
	c.mu.Unlock()
	if !ok || c.now().After(known.until) {
		if !c.mayFetch() {
			return nil, &Error{Code: "CertificateUnavailable", Text: "the certificate of the signature cannot be had at the moment", Later: true, Cause: errors.New("more certificates were asked for in this minute than are fetched")}
		}
		text, err := c.fetch.get(ctx, address)
		if err != nil {
			return nil, &Error{Code: "CertificateUnavailable", Text: "the certificate of the signature cannot be had at the moment", Later: true, Cause: err}
		}
		if known.Certificate, err = readCertificate(text); err != nil {
			return nil, unproven(err.Error())
		}
		known.until = c.now().Add(time.Hour)
		c.keep(address, known)
	}
	if now := c.now(); now.Before(known.NotBefore) || now.After(known.NotAfter) {
		return nil, unproven("the certificate has expired, or is not valid yet")
	}
	key, ok := known.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, unproven("the certificate's key is not RSA")
	}
	return key, nil
}

func (c *certificates) keep(address string, known certificate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxCertificates {
		clear(c.known)
	}
	c.known[address] = known
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
