// Package onstest is the SendMessage API of ApsaraMQ for MQTT as its clients see it, in one http.Handler: for tests
// and for a laptop. It verifies both signature versions by code of its own, keeps to the API's limits and quota, and
// fails on demand.
//
// A call goes through these stages, and the first that objects answers:
//
//  1. the quota, that of the address before that of the account; every call counts, also one refused later on
//  2. the size of the request target and of the body
//  3. one fault, if any is waiting: signed or not, the next call takes it
//  4. method, action, version, time, access key, token, signature, nonce, and the role's standing
//  5. instance, topic and payload
//
// What comes through is published, remembered and answered with a MsgId. Nothing is ever logged.
//
// At the same address are ListInstances and the operations of the Security Token Service that senders need, AssumeRole,
// AssumeRoleWithOIDC and GetCallerIdentity. What they issue, SendMessage takes until it ends.
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

// What every emulator accepts without being told.
const (
	Instance        = "post-cn-emulator"
	AccessKeyID     = "emulator"
	AccessKeySecret = "emulator-secret"
	STSKeyID        = "STS.emulator"
	STSKeySecret    = "emulator-sts-secret"
	STSToken        = "emulator-token"
)

// Options are all optional: the zero value is an emulator with the fixed names and the documented limits.
type Options struct {
	Keys      []Key    // accepted beside the fixed ones; one with a fixed ID replaces it
	Instances []string // accepted beside Instance
	Topics    []string // parent topics that exist, in any letter case; none means that every one does
	Quota     *Quota   // nil means DefaultQuota
	Roles     []Role   // beside RoleName
	Providers []OIDCProvider
	Details   map[string]InstanceDetails // by instance
	MaxTarget int                        // bytes of request target, query included, beyond which the answer is 414; 0 means 8192

	// Publish gets each accepted message before the call is answered; its error makes the answer SendMessageFailed.
	// It may be called concurrently.
	Publish func(m Message) error

	// Now is the clock behind timestamps, tokens, nonces, quota and the Date header; nil means time.Now.
	Now func() time.Time
}

// A Handler is an emulated API. It is safe for concurrent use and holds no goroutines; its memory is bounded.
type Handler struct {
	publish   func(m Message) error
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
	random    io.Reader
	instances map[string]bool
	details   map[string]InstanceDetails
	topics    map[string]bool // in lower case; empty means every topic
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

// ServeHTTP answers calls of the API, and the control endpoints under /_emulator/. A connection that is to be closed
// unanswered is closed by panicking with http.ErrAbortHandler, which net/http's server understands.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_emulator/") {
		h.control.ServeHTTP(w, r)
		return
	}
	if wantsInstances(r) {
		h.serveInstances(w, r)
		return
	}
	if action := stsAction(r); action != "" {
		h.serveSTS(w, r, action)
		return
	}
	h.serve(w, r)
}

// sleep waits for d, or returns the context's error as soon as that is done.
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
