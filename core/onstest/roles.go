package onstest

import "time"

// AccountID is the account that every emulator stands for.
const AccountID = "1000000000000001"

// RoleName is a role that exists in every emulator: the AccessKey emulator may assume it.
const RoleName = "emulator"

// A Role can be assumed with AssumeRole and AssumeRoleWithOIDC by the identities that its trust policy names.
type Role struct {
	Name       string
	Keys       []string      // AccessKeyIds that may assume it
	Trust      []Trust       // tokens with which it may be assumed; one is enough
	MaxSession time.Duration // of its credentials; 0 means an hour
}

// A Trust is a statement of a role's trust policy. What is empty is not looked at, as in a policy without that condition.
type Trust struct {
	Provider                  string // the name of an OIDCProvider
	Issuer, Audience, Subject string // oidc:iss, oidc:aud, oidc:sub
}

// ARN is how callers name the role.
func (r Role) ARN() string { return "acs:ram::" + AccountID + ":role/" + r.Name }

// A standing is the current state of a role.
type standing int

const (
	asSetUp standing = iota
	denied           // its permissions were taken away
	deleted          // it is gone, and its credentials belong to no account
)

// roles are the account's, with what has become of each.
type roles struct {
	list     map[string]Role
	standing map[string]standing
	lifetime time.Duration // of credentials from now on, whatever is asked for; 0 is what is asked for
}

func newRoles(more []Role) roles {
	r := roles{list: map[string]Role{RoleName: {Name: RoleName, Keys: []string{AccessKeyID}}}, standing: map[string]standing{}}
	for _, role := range more {
		r.list[role.Name] = role
	}
	return r
}

// role returns the role of an ARN unless it is gone.
func (h *Handler) role(arn string) (Role, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.roles.list {
		if r.ARN() == arn && h.roles.standing[r.Name] != deleted {
			return r, true
		}
	}
	return Role{}, false
}

// allowed says whether a key may send messages. How the API meets the credentials of a role that is gone is inferred
// from its documentation: the gateway still knows them, and the product finds no account for them.
func (h *Handler) allowed(k Key) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch h.roles.standing[k.Role] {
	case deleted:
		return refuse("CheckAccountInfoFailed")
	case denied:
		return refuse("NoPermission")
	}
	return nil
}
