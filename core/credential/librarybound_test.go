package credential

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"sendbridge/core/fault"
)

// A stuck is a provider of credentials-go that answers when the test releases it.
type stuck struct {
	asked atomic.Int64
	free  chan struct{}
}

func (s *stuck) GetCredentials() (*providers.Credentials, error) {
	s.asked.Add(1)
	<-s.free
	return &providers.Credentials{AccessKeyId: "STS.key-1", AccessKeySecret: "secret-1", SecurityToken: "token-1"}, nil
}

// credentials-go ignores contexts. A fetch that hangs, such as a profile's command, hangs only once and delays no caller
// beyond the limit of a fetch.
func TestALibraryThatHangsIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &stuck{free: make(chan struct{})}
		s := New("slow", library("slow", "it", func() (libraryProvider, error) { return hung, nil }))
		for i := range 5 {
			began := time.Now()
			_, err := s.Credentials(t.Context())
			if err == nil || fault.Of(err).Class != fault.ClassTransient || time.Since(began) > fetchLimit {
				t.Errorf("%d: %v after %s", i, err, time.Since(began))
			}
			time.Sleep(coolDown)
		}
		if n := hung.asked.Load(); n != 1 {
			t.Errorf("%d hang", n)
		}
		close(hung.free)
		synctest.Wait()
		if got := get(t, s); got != "1" {
			t.Error(got)
		}
		if s.Refresh(t.Context(), nil); hung.asked.Load() != 3 { // the one that hung, the next one and this one
			t.Errorf("asked %d times", hung.asked.Load())
		}
	})
}

// A caller's own limit may be shorter.
func TestALibraryThatHangsAndACallerInAHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &stuck{free: make(chan struct{})}
		s := New("slow", library("slow", "it", func() (libraryProvider, error) { return hung, nil }))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Credentials(ctx); fault.Of(err).Code != fault.CodeCredentialsLate {
			t.Error(err)
		}
		close(hung.free)
		synctest.Wait()
		if got := get(t, s); got != "1" {
			t.Error(got)
		}
	})
}
