// Package onstest emulates the SendMessage API of ApsaraMQ for MQTT in one http.Handler, for tests and for a laptop. It
// verifies both signature versions with its own code, enforces the API's limits and quota, and fails on demand.
//
// A call goes through these stages, and the first that rejects it answers:
//
//  1. the quota, first of the address, then of the account; every call counts, even one that a later stage rejects
//  2. the size of the request target and of the body
//  3. one fault, if any is waiting: the next call meets it, signed or not
//  4. method, action, version, time, access key, token, signature, nonce, and the state of the role
//  5. instance, topic and payload
//
// A call that passes is published, recorded and answered with a MsgId. The emulator logs nothing.
//
// The same address serves ListInstances and the operations of the Security Token Service that senders need: AssumeRole,
// AssumeRoleWithOIDC and GetCallerIdentity. SendMessage accepts the credentials that they issue until they expire.
package onstest

import (
	"context"
	"crypto/rand"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// The names that every emulator accepts.
const (
	Instance        = "post-cn-emulator"
	AccessKeyID     = "emulator"
	AccessKeySecret = "emulator-secret"
	STSKeyID        = "STS.emulator"
	STSKeySecret    = "emulator-sts-secret"
	STSToken        = "emulator-token"
)

// Options are optional: the zero value is an emulator with the fixed names and the documented limits.
type Options struct {
	Keys      []Key    // accepted in addition to the fixed ones; one with a fixed ID replaces it
	Instances []string // accepted in addition to Instance
	Topics    []string // existing parent topics, in any letter case; if empty, every one exists
	Quota     *Quota   // nil means DefaultQuota
	Roles     []Role   // in addition to RoleName
	Providers []OIDCProvider
	Details   map[string]InstanceDetails // by instance
	MaxTarget int                        // limit of the request target with its query in bytes, above which the answer is 414; 0 means 8192

	// Publish receives each accepted message before the call is answered. If it returns an error, the answer is
	// SendMessageFailed. It may be called concurrently.
	Publish func(m Message) error

	// Now is the clock for timestamps, tokens, nonces, quota and the Date header; nil means time.Now.
	Now func() time.Time
}

// A Handler is an emulated API. It is safe for concurrent use, starts no goroutines and uses bounded memory.
type Handler struct {
	publish   func(m Message) error
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
	random    io.Reader
	instances map[string]bool
	details   map[string]InstanceDetails
	topics    map[string]bool // in lower case; empty means that every topic exists
	maxTarget int
	control   http.Handler
	providers []OIDCProvider
	firstKeys map[string]Key

	mu       sync.Mutex // guards the rest
	keys     map[string]Key
	roles    roles
	nonces   nonces
	quota    quota
	faults   []Fault
	messages history
	counts   counts
}

// New returns an emulator. o may be nil.
func New(o *Options) *Handler {
	if o == nil {
		o = &Options{}
	}
	h := &Handler{
		publish:   o.Publish,
		now:       o.Now,
		sleep:     sleep,
		random:    rand.Reader,
		instances: map[string]bool{Instance: true},
		details:   maps.Clone(o.Details),
		topics:    map[string]bool{},
		maxTarget: o.MaxTarget,
		providers: slices.Clone(o.Providers),
		roles:     newRoles(o.Roles),
		keys:      fixedKeys(),
		counts:    counts{rejected: map[string]int{}},
	}
	if h.now == nil {
		h.now = time.Now
	}
	if h.maxTarget == 0 {
		h.maxTarget = 8 << 10
	}
	limits := DefaultQuota()
	if o.Quota != nil {
		limits = *o.Quota
	}
	h.quota = newQuota(limits)
	for _, name := range o.Instances {
		h.instances[name] = true
	}
	for _, name := range o.Topics {
		h.topics[strings.ToLower(name)] = true
	}
	for _, k := range o.Keys {
		h.keys[k.ID] = k
	}
	h.firstKeys = maps.Clone(h.keys)
	h.control = h.controls()
	return h
}

// ServeHTTP answers calls of the API, and the control endpoints under /_emulator/. To close a connection without an
// answer it panics with http.ErrAbortHandler, which net/http's server handles.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_emulator/") {
		h.control.ServeHTTP(w, r)
		return
	}
	c := h.receive(w, r)
	switch {
	case c.action == listInstances:
		h.serveInstances(w, c)
	case operationsOfSTS[c.action] != nil:
		h.serveSTS(w, c)
	default: // an unknown action, too, counts for the quota of SendMessage
		h.serve(w, c)
	}
}

// sleep waits for d, or returns the context's error as soon as the context is done.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
