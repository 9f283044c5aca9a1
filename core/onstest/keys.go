package onstest

import (
	"strings"
	"time"
)

// A Key is one set of credentials of the emulated account.
type Key struct {
	ID     string
	Secret string

	// Token makes the key a temporary one of STS: a call must carry this token.
	Token string
	// Expires is the time when the token expires; zero means never. It has no effect without a Token.
	Expires time.Time

	Status Status

	// Role and Session are the owner of the credentials. They are empty for a user's key. A temporary key without them,
	// such as STS.emulator, belongs to the role RoleName and its session "session".
	Role, Session string

	issued bool // issued by AssumeRole or AssumeRoleWithOIDC
}

// A Status tells whether a key may be used.
type Status int

// The API's pages name two codes for a disabled key and do not say when each is used.
const (
	Active   Status = iota
	Inactive        // rejected with InvalidAccessKeyId.Inactive
	Disabled        // rejected with Forbidden.AccessKeyDisabled
)

func fixedKeys() map[string]Key {
	return map[string]Key{
		AccessKeyID: {ID: AccessKeyID, Secret: AccessKeySecret},
		STSKeyID:    {ID: STSKeyID, Secret: STSKeySecret, Token: STSToken},
	}
}

// SetKey adds a key, or replaces the one with the same ID, from the next call on.
func (h *Handler) SetKey(k Key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[k.ID] = k
}

// findKey returns the key that a call names, if the call's token matches it and both are valid.
func (h *Handler) findKey(id, token string, now time.Time) (Key, *refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, known := h.keys[id]
	switch {
	case token == "" && (k.Token != "" || strings.HasPrefix(id, "STS.")):
		return k, refuse("MissingSecurityToken")
	case !known:
		return k, refuse("InvalidAccessKeyId.NotFound")
	case k.Status == Inactive:
		return k, refuse("InvalidAccessKeyId.Inactive")
	case k.Status == Disabled:
		return k, refuse("Forbidden.AccessKeyDisabled")
	case token != k.Token:
		return k, h.wrongToken(token)
	case token != "" && !k.Expires.IsZero() && !now.Before(k.Expires):
		return k, refuse("InvalidSecurityToken.Expired")
	}
	return k, nil
}

// wrongToken distinguishes another key's token from an unknown token.
func (h *Handler) wrongToken(token string) *refusal {
	for _, k := range h.keys {
		if k.Token == token {
			return refuse("InvalidSecurityToken.MismatchWithAccessKey")
		}
	}
	return refuse("InvalidSecurityToken.Malformed")
}
