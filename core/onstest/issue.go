package onstest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// maxIssued limits the issued credentials that are kept. Those that expire first are dropped, and NotFound afterwards.
const maxIssued = 1000

// issue adds issued credentials.
func (h *Handler) issue(k Key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[k.ID] = k
	var issued []Key
	for _, k := range h.keys {
		if k.issued {
			issued = append(issued, k)
		}
	}
	if len(issued) <= maxIssued {
		return
	}
	first := slices.MinFunc(issued, func(a, b Key) int { return a.Expires.Compare(b.Expires) })
	delete(h.keys, first.ID)
}

// A Change changes credentials and roles in one step.
type Change struct {
	// Expire makes credentials with a token expire now: by AccessKeyId, or "*" for all of them.
	Expire []string `json:"expire,omitempty"`
	// LifetimeSeconds is the lifetime of credentials issued from now on, whatever the caller asks for. It may be below
	// the 900 of the real service. 0 changes nothing.
	LifetimeSeconds int `json:"lifetimeSeconds,omitempty"`
	// Deny revokes the permissions of roles, Delete deletes roles, and Restore undoes both. Credentials of a denied
	// role get NoPermission. Those of a deleted role get CheckAccountInfoFailed, which is inferred.
	Deny    []string `json:"deny,omitempty"`
	Delete  []string `json:"delete,omitempty"`
	Restore []string `json:"restore,omitempty"`
}

// Change applies a change. It returns an error, and changes nothing, if the change names an unknown key or role.
func (h *Handler) Change(c Change) error {
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.possible(c); err != nil {
		return err
	}
	for id, k := range h.keys {
		if k.Token != "" && (slices.Contains(c.Expire, "*") || slices.Contains(c.Expire, id)) {
			k.Expires = now
			h.keys[id] = k
		}
	}
	if c.LifetimeSeconds > 0 {
		h.roles.lifetime = time.Duration(c.LifetimeSeconds) * time.Second
	}
	for names, s := range map[*[]string]standing{&c.Deny: denied, &c.Delete: deleted, &c.Restore: asSetUp} {
		for _, name := range *names {
			h.roles.standing[name] = s
		}
	}
	return nil
}

func (h *Handler) possible(c Change) error {
	for _, id := range c.Expire {
		if k, ok := h.keys[id]; id != "*" && (!ok || k.Token == "") {
			return fmt.Errorf("expire %q: want the AccessKeyId of credentials with a token, or \"*\"", cut(id, maxQuote))
		}
	}
	for _, name := range slices.Concat(c.Deny, c.Delete, c.Restore) {
		if _, ok := h.roles.list[name]; !ok {
			return fmt.Errorf("role %q: want one of %q", cut(name, maxQuote), slices.Sorted(maps.Keys(h.roles.list)))
		}
	}
	if c.LifetimeSeconds < 0 {
		return fmt.Errorf("lifetimeSeconds %d: want 1 or more", c.LifetimeSeconds)
	}
	return nil
}

// Undo reverts every change: roles are as they were set up, and the credentials that New received are valid again.
// Credentials issued since then are dropped.
func (h *Handler) Undo() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys = maps.Clone(h.firstKeys)
	h.roles.standing, h.roles.lifetime = map[string]standing{}, 0
}

// Changed returns the changes that Undo reverts. Expired credentials are not among them, because their owner fetches
// new ones.
func (h *Handler) Changed() Change {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := Change{LifetimeSeconds: int(h.roles.lifetime / time.Second)}
	for name, s := range h.roles.standing {
		switch s {
		case denied:
			c.Deny = append(c.Deny, name)
		case deleted:
			c.Delete = append(c.Delete, name)
		}
	}
	slices.Sort(c.Deny)
	slices.Sort(c.Delete)
	return c
}
