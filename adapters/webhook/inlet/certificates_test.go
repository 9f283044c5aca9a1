package inlet

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A vendor is a host in virtual time.
type vendor struct {
	mu       sync.Mutex
	now      int // requests in flight
	most     int
	asked    []string
	takes    time.Duration
	down     bool
	panics   bool
	document string
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	v.now++
	v.most = max(v.most, v.now)
	v.asked = append(v.asked, r.URL.Path)
	down, panics := v.down, v.panics
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.now--
	}()
	select {
	case <-time.After(v.takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if panics {
		panic("a bug")
	}
	status := http.StatusOK
	if down || strings.Contains(r.URL.Path, "absent") {
		status = http.StatusNotFound
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(v.document))}, nil
}

// SharedKey makes one key for all tests, also for those outside the package, because that takes long.
var SharedKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func newVendor(t *testing.T) *vendor {
	key, err := SharedKey()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signer"},
		NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)} // synctest starts in 2000
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &vendor{takes: time.Second, document: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

func (v *vendor) certificates() *certificates {
	return newCertificates(input{now: time.Now, fetch: newFetcher(v)})
}

// virtually runs a test in virtual time, with a key that was made before.
func virtually(t *testing.T, test func(t *testing.T, v *vendor, c *certificates)) {
	v := newVendor(t)
	synctest.Test(t, func(t *testing.T) { test(t, v, v.certificates()) })
}

func isUnavailable(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Later
}

func TestAllWhoWantACertificateShareOneFetch(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		gone, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.key(gone, "https://v/a.pem"); !isUnavailable(err) {
				t.Errorf("who has gone: %v", err)
			}
		})
		synctest.Wait()
		cancel() // the first request is cancelled, but the others share its fetch
		for range 50 {
			wg.Go(func() {
				if _, err := c.key(t.Context(), "https://v/a.pem"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(v.asked) != 1 {
			t.Errorf("asked %d times", len(v.asked))
		}
	})
}

// Unauthenticated senders name ever new addresses: only a few per minute are fetched, one after another, and a missing one
// is not fetched again.
func TestUnauthenticatedSendersCauseFewFetches(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		var wg sync.WaitGroup
		for i := range 500 {
			wg.Go(func() {
				if _, err := c.key(t.Context(), fmt.Sprintf("https://v/absent-%d.pem", i%100)); !isUnavailable(err) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(v.asked) > maxFetches || v.most != 1 {
			t.Errorf("asked %d times, %d at once", len(v.asked), v.most)
		}
		first := strings.TrimPrefix(v.asked[0], "/")
		before := len(v.asked)
		time.Sleep(absentFor - 10*time.Second) // neither the minute of the fetches nor that of the absence is over
		c.key(t.Context(), "https://v/"+first)
		if len(v.asked) != before {
			t.Error("asked again for what is not there")
		}
		time.Sleep(time.Minute)
		if _, err := c.key(t.Context(), "https://v/a.pem"); err != nil {
			t.Errorf("after a minute: %v", err)
		}
	})
}

func TestAKnownCertificateStaysGoodWhereItsHostIsDown(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		get := func() error {
			_, err := c.key(t.Context(), "https://v/a.pem")
			return err
		}
		if err := get(); err != nil {
			t.Fatal(err)
		}
		v.down = true
		time.Sleep(2 * time.Hour)
		for range 3 {
			if err := get(); err != nil {
				t.Error(err)
			}
		}
		if len(v.asked) != 2 {
			t.Errorf("asked %d times", len(v.asked))
		}
		time.Sleep(48 * time.Hour)
		if err := get(); err == nil || isUnavailable(err) {
			t.Errorf("an expired certificate: %v", err)
		}
	})
}

func TestAPanicInAFetchStaysThere(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		v.panics = true
		if _, err := c.key(t.Context(), "https://v/a.pem"); !isUnavailable(err) {
			t.Error(err)
		}
		v.panics = false
		time.Sleep(2 * time.Minute)
		if _, err := c.key(t.Context(), "https://v/a.pem"); err != nil {
			t.Error(err)
		}
	})
}

func TestFewWaitForAFetch(t *testing.T) {
	virtually(t, func(t *testing.T, v *vendor, c *certificates) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		late := 0
		for range 100 {
			wg.Go(func() {
				if _, err := c.key(t.Context(), "https://v/a.pem"); isUnavailable(err) {
					mu.Lock()
					defer mu.Unlock()
					late++
				}
			})
		}
		wg.Wait()
		if late != 100-maxWaiting {
			t.Errorf("%d were asked to retry", late)
		}
	})
}
