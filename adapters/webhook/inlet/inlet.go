// Package inlet is for senders of webhooks that speak no CloudEvents: each has a way in of its own, where it proves
// itself in its own way, and where what it sends becomes an event.
//
// A rules file says which inlets there are: Section reads them as Specs. New makes an Inlet of a Spec and its secrets.
// Package webhook serves inlets; it calls CheckHead, CheckBody and Ask, in this order, before it makes an event.
//
// # Adding a verifier
//
// A verifier is one file and one row of the table verifiers. The row says what it is called, the keys that it has in a
// rules file, whether it needs a secret, and the function that makes its checks. A sender whose format says what an
// event is has a second function, which gives its attributes. A sender that signs as another verifier checks is a row
// with that verifier's function and a preset of its settings, as github is.
package inlet

import (
	"fmt"
	"net/http"
	"time"
)

// An Inlet is a way in at /in/ and its name. It is safe for concurrent use.
type Inlet struct {
	spec    Spec
	checks  checks
	secrets []string // for answers to a sender's questions
}

// Options are what an inlet needs beside the rules file. The zero value works.
type Options struct {
	Transport http.RoundTripper // to the hosts of vendors' certificates; nil is http.DefaultTransport
	Now       func() time.Time  // nil is time.Now
}

// New makes an inlet of what a rules file says and the secrets that its environment variable has. The error
// never quotes a secret. It says why the secrets can't be used: none is given, one is empty, or one does not have the
// form that the verifier needs.
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

// Spec is what the rules file says of the inlet. It must not be changed.
func (i *Inlet) Spec() *Spec { return &i.spec }

// Login is the scheme that WWW-Authenticate asks a sender for; empty where senders sign.
func (i *Inlet) Login() string { return i.checks.login }

// ProvenByHead says whether CheckHead alone shows who sent a request: it does for senders with a token or password.
func (i *Inlet) ProvenByHead() bool { return i.checks.head != nil && i.checks.body == nil }

// CheckHead looks at what shows who sent a request before its body is read. The error is an Error.
func (i *Inlet) CheckHead(r *http.Request) error {
	if i.checks.head == nil {
		return nil
	}
	return i.checks.head(r)
}

// CheckBody looks at what shows who sent a request, given its body as it came. CheckHead comes before it. The error is an
// Error.
func (i *Inlet) CheckBody(r *http.Request, body []byte) error {
	if i.checks.body == nil {
		return nil
	}
	return i.checks.body(r, body)
}
