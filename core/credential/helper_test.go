package credential

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"sendbridge/core/onsmqtt"
	"sendbridge/internal/leaktest"
	"sendbridge/internal/loopback/loopbacktest"
)

func TestMain(m *testing.M) { leaktest.Main(loopbacktest.Guard(m)) }

// A mint returns credentials that show which fetch they come from.
type mint struct {
	fetches  atomic.Int64
	takes    time.Duration // duration of a fetch
	lives    time.Duration // lifetime of credentials; 0 is unknown
	fails    atomic.Bool
	sameOnes bool
}

func (m *mint) fetch(ctx context.Context) (Grant, error) {
	n := m.fetches.Add(1)
	if m.takes > 0 {
		select {
		case <-time.After(m.takes):
		case <-ctx.Done():
			return Grant{}, ctx.Err()
		}
	}
	if m.fails.Load() {
		return Grant{}, newFault("mint", "Broken", "the mint is broken")
	}
	if m.sameOnes {
		n = 1
	}
	g := Grant{Credentials: triple(fmt.Sprint(n))}
	if m.lives > 0 {
		g.Expires = time.Now().Add(m.lives)
	}
	return g, nil
}

func triple(n string) onsmqtt.Credentials {
	return onsmqtt.Credentials{AccessKeyID: "STS.key-" + n, AccessKeySecret: "secret-" + n, SecurityToken: "token-" + n}
}

// whole fails the test unless credentials come from one fetch.
func whole(t *testing.T, c onsmqtt.Credentials) {
	t.Helper()
	n := c.AccessKeyID[len("STS.key-"):]
	if c != triple(n) {
		t.Errorf("a mixed triple: %s %s %s", c.AccessKeyID, c.AccessKeySecret, c.SecurityToken)
	}
}

func get(t *testing.T, s *Source) string {
	t.Helper()
	c, err := s.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	whole(t, c)
	return c.AccessKeyID[len("STS.key-"):]
}
