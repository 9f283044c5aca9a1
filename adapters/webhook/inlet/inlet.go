// Package inlet receives webhooks from senders that do not speak CloudEvents. Each has its own ingress, where it
// authenticates in its own way and where its bodies become events.
//
// A rules file defines the inlets: Section reads them as Specs. New makes an Inlet of a Spec and its secrets. Package
// webhook serves inlets: it calls CheckHead, CheckBody and Ask, in this order, before it makes an event.
//
// # Adding a verifier
//
// A verifier is one file and one row of the table verifiers. The row has its name, its keys in a rules file, whether it
// needs a secret, and the function that makes its checks. If the sender's format determines the event, the row has a second
// function, which returns the attributes. A sender that signs like an existing verifier is a row with that verifier's
// function and a preset of its settings, like github.
package inlet

import (
	"fmt"
	"net/http"
	"time"
)

// An Inlet is an ingress at /in/ and its name. It is safe for concurrent use.
type Inlet struct {
	spec    Spec
	checks  checks
	secrets []string // used to answer a sender's questions
}

// Options are what an inlet needs besides the rules file. The zero value works.
type Options struct {
	Transport http.RoundTripper // for vendors' certificates and keys; nil means http.DefaultTransport
	Now       func() time.Time  // nil means time.Now
}

// New makes an inlet of its part of the rules file and its secrets. It returns an error if there is no secret, if one is
// empty, or if one does not have the form that the verifier needs. The error never quotes a secret.
func New(spec Spec, secrets []string, o *Options) (*Inlet, error) {
	if o == nil {
		o = &Options{}
	}
	i := &Inlet{spec: spec, secrets: secrets}
	in := input{settings: spec.settings, secrets: secrets, now: o.Now, fetch: newFetcher(o.Transport)}
	if in.now == nil {
		in.now = time.Now
	}
	var err error
	if i.checks, err = openVerifier(spec.Verify, in); err != nil {
		return nil, fmt.Errorf("inlet %q: %w", spec.Name, err)
	}
	return i, nil
}

// Spec returns the inlet's part of the rules file. It must not be changed.
func (i *Inlet) Spec() *Spec { return &i.spec }

// Login returns the scheme for WWW-Authenticate. It is empty for senders that sign.
func (i *Inlet) Login() string { return i.checks.login }

// AuthenticatesByHead reports whether CheckHead alone authenticates a request, as for senders with a token or password.
func (i *Inlet) AuthenticatesByHead() bool { return i.checks.head != nil && i.checks.body == nil }

// CheckHead makes the checks that do not need the body. The error is an Error.
func (i *Inlet) CheckHead(r *http.Request) error {
	if i.checks.head == nil {
		return nil
	}
	return i.checks.head(r)
}

// CheckBody makes the checks that need the body, which must be the bytes as sent. Call CheckHead first. The error is an
// Error.
func (i *Inlet) CheckBody(r *http.Request, body []byte) error {
	if i.checks.body == nil {
		return nil
	}
	return i.checks.body(r, body)
}
