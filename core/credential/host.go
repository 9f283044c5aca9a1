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
// arrive is given out from then on, to whoever asks. One that it has replaced comes back only if the API refuses the newest. An empty triple, of a
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

// bring makes a triple the newest. One that was replaced before is left aside, as invocations overtake each other, unless
// the API has refused the newest: then the host has gone back to it.
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
	if newest != nil {
		s.mu.Lock()
		s.refused = newest.number
		s.mu.Unlock()
	}
	return s.unchanged(now, "they are the newest that an invocation has brought")
}
