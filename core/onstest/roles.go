package onstest

import "time"

// AccountID is the account of every emulator.
const AccountID = "1000000000000001"

// RoleName is a role that exists in every emulator. The AccessKey emulator may assume it.
const RoleName = "emulator"

// A Role can be assumed with AssumeRole and AssumeRoleWithOIDC by the identities that its trust policy names.
type Role struct {
	Name       string
	Keys       []string      // AccessKeyIds that may assume the role
	Trust      []Trust       // tokens that may assume the role; one match is enough
	MaxSession time.Duration // longest lifetime of its credentials; 0 means an hour
}

// A Trust is a statement of a role's trust policy. An empty field is not checked, as in a policy without that
// condition.
type Trust struct {
	Provider                  string // the name of an OIDCProvider
	Issuer, Audience, Subject string // oidc:iss, oidc:aud, oidc:sub
}

// ARN returns the name by which callers identify the role.
func (r Role) ARN() string { return "acs:ram::" + AccountID + ":role/" + r.Name }

// A standing is the current state of a role.
type standing int

const (
	asSetUp standing = iota
	denied           // its permissions were revoked
	deleted          // it was deleted, and its credentials belong to no account
)

// roles holds the roles of the account and the state of each.
type roles struct {
	list     map[string]Role
	standing map[string]standing
	lifetime time.Duration // lifetime of credentials issued from now on; 0 means what the caller asks for
}

func newRoles(more []Role) roles {
	r := roles{list: map[string]Role{RoleName: {Name: RoleName, Keys: []string{AccessKeyID}}}, standing: map[string]standing{}}
	for _, role := range more {
		r.list[role.Name] = role
	}
	return r
}

// role returns the role with an ARN unless it was deleted.
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

// allowed returns a refusal if the role of a key may not send messages. How the API treats credentials of a deleted role is
// inferred from its documentation: the gateway still accepts them, and the product finds no account for them.
func (h *Handler) allowed(k Key) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	role := k.Role
	if k.Token != "" {
		role, _ = k.assumed()
	}
	switch h.roles.standing[role] {
	case deleted:
		return refuse("CheckAccountInfoFailed")
	case denied:
		return refuse("NoPermission")
	}
	return nil
}
