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

// newHost returns a source that is fed by With, and has what the environment holds until then.
func newHost(environment onsmqtt.Credentials) *Source {
	s := New(KindFC, nil)
	s.fetch = func(context.Context) (Grant, error) {
		e := s.fault(fault.CodeNoRole, "the invocation brought no credentials")
		e.Actor, e.Retry = fault.ActorRole, fault.RetryNo
		e.Advice = "give the function a role that may call SendMessage, and leave the passing of its credentials to invocations on"
		return Grant{}, e
	}
	s.host = true
	if environment.AccessKeyID != "" && environment.AccessKeySecret != "" {
		s.publish(Grant{Credentials: environment, Provider: KindFC + "/environment"}, s.wall())
	}
	return s
}

type invocationKey struct{}

// An invocation remembers which triple its attempts were made with.
type invocation struct {
	source *Source
	used   atomic.Uint64 // the generation's number
}

// With takes the triple that an invocation brought, and returns the context for the work of that invocation. The newest to
// arrive is given out from then on, to whoever asks: one that it has replaced never comes back. An empty triple, of a
// function without a role, is left aside. A source of another kind returns ctx as it is.
func (s *Source) With(ctx context.Context, c onsmqtt.Credentials) context.Context {
	if !s.host {
		return ctx
	}
	if c.AccessKeyID != "" && c.AccessKeySecret != "" {
		s.bring(c)
	}
	return context.WithValue(ctx, invocationKey{}, &invocation{source: s})
}

// maxPast bounds how many replaced triples are known again. Each was given out for minutes at least.
const maxPast = 16

// bring makes a triple the newest, unless it was replaced before: invocations overtake each other.
func (s *Source) bring(c onsmqtt.Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.past, c) {
		return
	}
	if g := s.current.Load(); g != nil && g.Credentials != c {
		s.past = append(s.past[max(0, len(s.past)+1-maxPast):], g.Credentials)
	}
	s.publish(Grant{Credentials: c}, s.wall())
}

// given returns the triple, and notes for its invocation which it was.
func (s *Source) given(ctx context.Context, g *generation) onsmqtt.Credentials {
	if s.host {
		if i, ok := ctx.Value(invocationKey{}).(*invocation); ok && i.source == s {
			i.used.Store(g.number)
		}
	}
	return g.Credentials
}

// newer is Refresh for triples that only invocations bring: it succeeds if another invocation has brought one since.
func (s *Source) newer(ctx context.Context, newest *generation, now time.Time) error {
	i, ok := ctx.Value(invocationKey{}).(*invocation)
	if ok && i.source == s && newest != nil && newest.number > i.used.Load() {
		s.note(Renewal{At: now, Changed: true})
		return nil
	}
	return s.unchanged(now, "no invocation has brought others yet")
}
