// Credentials of an invocation: https://help.aliyun.com/zh/functioncompute/fc/user-guide/grant-function-compute-permissions-to-access-other-alibaba-cloud-services

package credential

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// newHost returns a source whose credentials come from With. Until the first call of With, it uses those of the
// environment.
func newHost(environment onsmqtt.Credentials) *Source {
	s := New(KindFC, nil)
	s.fetch = func(context.Context) (Grant, error) {
		e := s.fault(fault.CodeNoRole, "the invocation has no credentials")
		e.Actor, e.Retry = fault.ActorRole, fault.RetryNo
		e.Advice = "give the function a role that may call SendMessage, and do not disable passing its credentials to invocations"
		return Grant{}, e
	}
	s.host = true
	if environment.AccessKeyID != "" && environment.AccessKeySecret != "" {
		s.publish(Grant{Credentials: environment, Provider: KindFC + "/environment"}, s.wall())
	}
	return s
}

type invocationKey struct{}

// An invocation records which credentials its attempts used.
type invocation struct {
	source *Source
	used   atomic.Uint64 // the generation's number
}

// With adds the credentials of an invocation, and returns the context for the work of that invocation. All callers get the
// newest ones from then on. Credentials that were replaced come back only if the API rejects the newest ones. Empty
// credentials, of a function without a role, are ignored. A source of another kind returns ctx unchanged.
func (s *Source) With(ctx context.Context, c onsmqtt.Credentials) context.Context {
	if !s.host {
		return ctx
	}
	if c.AccessKeyID != "" && c.AccessKeySecret != "" {
		s.bring(c)
	}
	return context.WithValue(ctx, invocationKey{}, &invocation{source: s})
}

// maxPast is the number of replaced credentials that are recognised. Each was in use for minutes at least.
const maxPast = 16

// bring makes credentials the newest ones. It ignores those that were replaced before, because invocations overtake each
// other, unless the API has rejected the newest ones: then the host has returned to the older ones.
func (s *Source) bring(c onsmqtt.Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.current.Load()
	if slices.Contains(s.past, c) {
		if g.number != s.refused {
			return
		}
		s.past = slices.DeleteFunc(s.past, func(p onsmqtt.Credentials) bool { return p == c })
	}
	if g != nil && g.Credentials != c {
		s.past = append(s.past[max(0, len(s.past)+1-maxPast):], g.Credentials)
	}
	s.publish(Grant{Credentials: c}, s.wall())
}

// given returns the credentials, and records which ones the invocation used.
func (s *Source) given(ctx context.Context, g *generation) onsmqtt.Credentials {
	if s.host {
		if i, ok := ctx.Value(invocationKey{}).(*invocation); ok && i.source == s {
			i.used.Store(g.number)
		}
	}
	return g.Credentials
}

// newer is Refresh for credentials that only invocations provide: it succeeds if another invocation has provided newer ones
// since.
func (s *Source) newer(ctx context.Context, newest *generation, now time.Time) error {
	i, ok := ctx.Value(invocationKey{}).(*invocation)
	if ok && i.source == s && newest != nil && newest.number > i.used.Load() {
		s.note(Renewal{At: now, Changed: true})
		return nil
	}
	if newest != nil {
		s.mu.Lock()
		s.refused = newest.number
		s.mu.Unlock()
	}
	return s.unchanged(now, "they are the newest that an invocation has provided")
}
