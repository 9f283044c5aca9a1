package credential

import (
	"context"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// identityLimit is the time limit of one request for the identity.
const identityLimit = 3 * time.Second

// An Identity is the owner of credentials according to STS.
type Identity struct {
	Account   string // the Alibaba Cloud account's id
	ARN       string // such as acs:ram::1234567890123456:assumed-role/bridge/session
	Principal string // the principal's id
	Type      string // such as AssumedRoleUser
	RequestID string
}

// Role returns the ARN of the assumed role, or an empty string if the caller is not a role.
func (i Identity) Role() string {
	before, role, ok := strings.Cut(i.ARN, ":assumed-role/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(role, "/")
	return before + ":role/" + name
}

// A caller is the identity of one generation, once it is known.
type caller struct {
	number uint64
	*inflightCall[Identity]
}

// Identity calls sts:GetCallerIdentity for the last used credentials, once for each set and for at most three seconds.
// Later calls return the same result, even an error. It is for diagnosis: delivering a message never calls it.
func (s *Source) Identity(ctx context.Context) (Identity, error) {
	g := s.current.Load()
	if g == nil || s.ask == nil {
		return Identity{}, s.fault(fault.CodeIdentityUnknown, "there are no credentials yet, or no service knows their owner")
	}
	if f := s.inquiry(g); f.wait(ctx) {
		return f.value, f.err
	}
	return Identity{}, s.late(ctx)
}

// inquiry returns the in-flight call about a generation, or starts one. A call older than its limit was frozen with the
// process and is replaced.
func (s *Source) inquiry(g *generation) *inflightCall[Identity] {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.wall()
	if c := s.caller; c.number == g.number && (c.over() || within(now, c.began, 2*identityLimit)) {
		return c.inflightCall
	}
	s.caller = caller{g.number, begin(now, func() (Identity, error) {
		ctx, cancel := context.WithTimeout(context.Background(), identityLimit)
		defer cancel()
		return s.ask(ctx, g.Credentials)
	})}
	return s.caller.inflightCall
}
