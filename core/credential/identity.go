package credential

import (
	"context"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// identityLimit is how long one question may take.
const identityLimit = 3 * time.Second

// An Identity is who STS says that a triple belongs to.
type Identity struct {
	Account   string // the Alibaba Cloud account's id
	ARN       string // such as acs:ram::1234567890123456:assumed-role/bridge/session
	Principal string // the principal's id
	Type      string // such as AssumedRoleUser
	RequestID string
}

// Role is the ARN of the role that was assumed; empty if the caller is not a role.
func (i Identity) Role() string {
	before, role, ok := strings.Cut(i.ARN, ":assumed-role/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(role, "/")
	return before + ":role/" + name
}

// A caller is what STS says of one generation, once it has.
type caller struct {
	number uint64
	*inflightCall[Identity]
}

// Identity asks sts:GetCallerIdentity who the triple belongs to that was given out last, once for each triple and for at
// most three seconds; later calls return the same, its error too. It is for diagnosis: delivering a message never calls it.
func (s *Source) Identity(ctx context.Context) (Identity, error) {
	g := s.current.Load()
	if g == nil || s.ask == nil {
		return Identity{}, s.fault(fault.CodeIdentityUnknown, "there is nothing to ask about, or nobody to ask")
	}
	if f := s.inquiry(g); f.wait(ctx) {
		return f.value, f.err
	}
	return Identity{}, s.late(ctx)
}

// inquiry returns the in-flight call about a generation, or starts one. A call older than its limit was frozen with the
// process, and is replaced.
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
