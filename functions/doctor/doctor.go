package doctor

import (
	"context"
	"net/url"
	"slices"
	"time"

	"sendbridge/core/credential"
	"sendbridge/core/fleet"
	"sendbridge/core/onsmqtt"
)

// stepLimit is the time limit of one step.
const stepLimit = 10 * time.Second

// The steps, in the order in which a message needs them. The clock comes before the steps that sign a call with its
// time.
const (
	stepConfiguration = "configuration"
	stepRules         = "rules"
	stepCredentials   = "credentials"
	stepDNS           = "dns"
	stepConnection    = "connection"
	stepClock         = "clock"
	stepIdentity      = "identity"
	stepPermission    = "permission"
	stepInstance      = "instance"
	stepFleet         = "fleet"
	stepMessage       = "message"
)

// A Process holds the parts of one process that send a message.
type Process struct {
	Version  string // of the program, for the report
	Instance string // the MQTT instance's id
	Endpoint string // the URL of the API
	Region   string // the configured region of the instance; empty if only an endpoint is set
	Role     string // the ARN of the role to assume; empty if it is not configured
	Rate     int    // calls per second that this process may make; 0 means no limit

	Client      *onsmqtt.Client                 // calls the API
	Credentials *credential.Source              // the credentials that the client signs with
	Wait        func(ctx context.Context) error // the limiter's Wait: it returns when the next call may be made
	Quota       *fleet.Quota                    // shared with other processes; nil if this one shares nothing

	Rules          Rules
	BadCredentials error // why there is no source of credentials; if set, Credentials is not used
}

// Rules describes the rules that a process has read.
type Rules struct {
	Count int
	From  string // the file or setting that they were read from
	Hash  string // the hash of their text
	Err   error  // why the rules are invalid; if set, the fields above are not used
	Check string // the command that shows what is wrong with them
}

// Examine checks what a message needs, one step after another. It makes up to five calls, each once and as fast as Wait
// allows: it retries nothing and bypasses the breaker. It sends a message only if topic is not empty. It ends with ctx,
// or after ten seconds per step.
func Examine(ctx context.Context, p *Process, topic string) Report {
	x := &examination{Process: p, topic: topic, report: Report{Version: p.Version}}
	x.step(ctx, stepConfiguration, nil, x.configuration)
	x.step(ctx, stepRules, nil, x.rules)
	x.step(ctx, stepCredentials, nil, x.credentials)
	x.step(ctx, stepDNS, nil, x.dns)
	x.step(ctx, stepConnection, []string{stepDNS}, x.connection)
	x.step(ctx, stepClock, []string{stepConnection}, x.clock)
	x.step(ctx, stepIdentity, []string{stepCredentials}, x.identity)
	x.step(ctx, stepPermission, []string{stepCredentials, stepConnection}, x.permission)
	x.instance(ctx)
	x.fleet(ctx)
	if topic == "" {
		x.skip(stepMessage, "not sent: use --topic TOPIC to send one")
		return x.report
	}
	x.step(ctx, stepMessage, []string{stepCredentials, stepConnection}, x.message)
	return x.report
}

// Misconfigured returns the report on a process with invalid settings. next says what to do about them. No other step
// can be checked.
func Misconfigured(version string, err error, next string) Report {
	x := &examination{Process: &Process{}, report: Report{Version: version}}
	x.note(stepConfiguration, "", &finding{err.Error(), classConfiguration, next})
	for _, name := range []string{stepRules, stepCredentials, stepDNS, stepConnection, stepClock, stepIdentity, stepPermission, stepInstance, stepFleet, stepMessage} {
		x.skip(name, "not checked: it needs "+stepConfiguration)
	}
	return x.report
}

// An examination is a report under construction.
type examination struct {
	*Process
	topic string

	contact   onsmqtt.Contact
	contacted error
	took      time.Duration // the duration of the contact
	caller    credential.Identity
	report    Report
}

// step runs do, unless a step that it needs has not passed.
func (x *examination) step(ctx context.Context, name string, needs []string, do func(context.Context) (string, error)) {
	for _, need := range needs {
		if !x.passed(need) {
			x.skip(name, "not checked: it needs "+need)
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	began := time.Now()
	found, err := do(ctx)
	x.note(name, found, err)
	x.report.Steps[len(x.report.Steps)-1].Ms = milliseconds(x.ownTime(name, time.Since(began)))
}

// ownTime returns a step's part of the time taken, because one request serves both the name resolution and the
// connection.
func (x *examination) ownTime(name string, took time.Duration) time.Duration {
	switch name {
	case stepDNS:
		x.took = took
		if x.contacted == nil {
			return x.contact.Resolving
		}
	case stepConnection:
		return x.took - x.contact.Resolving
	}
	return took
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (x *examination) note(name, found string, err error) {
	s := Step{Name: name, Outcome: passed, Found: found}
	if err != nil {
		s.fail(err)
		s.Command = x.command(&s, err)
	}
	x.report.Steps = append(x.report.Steps, s)
}

func (x *examination) skip(name, why string) {
	x.report.Steps = append(x.report.Steps, Step{Name: name, Outcome: skipped, Found: why})
}

func (x *examination) passed(name string) bool {
	return slices.ContainsFunc(x.report.Steps, func(s Step) bool { return s.Name == name && s.Outcome == passed })
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	return u.Hostname()
}
