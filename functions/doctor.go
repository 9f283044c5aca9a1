package functions

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"sendbridge/core"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
)

// stepLimit is how long one step may take.
const stepLimit = 10 * time.Second

// The steps, in the order in which a message needs them. The clock comes before whatever is signed with its time.
const (
	stepConfiguration = "configuration"
	stepRules         = "rules"
	stepCredentials   = "credentials"
	stepDNS           = "dns"
	stepConnection    = "connection"
	stepClock         = "clock"
	stepIdentity      = "identity"
	stepPermission    = "permission"
	stepMessage       = "message"
)

// Doctor reads an environment as the mains do and examines what it comes to, see App.Doctor. What is wrong with the
// settings is part of the report.
func Doctor(ctx context.Context, environ []string, topic string) Report {
	x := &examination{topic: topic}
	c, err := Load(environ)
	if err != nil {
		x.note(stepConfiguration, "", &finding{err.Error(), classConfiguration, "set these right"}, "sendbridge --help")
		return x.skipRest(stepConfiguration)
	}
	rules, err := LoadRules(&c, executableDir())
	if err != nil {
		x.badRules = &finding{err.Error(), classConfiguration, "mend the rules"}
	}
	source, err := openCredentials(&c, env.ToMap(environ))
	if err != nil {
		x.badCredentials = &finding{err.Error(), classConfiguration, "set these right, or SENDBRIDGE_CREDENTIALS to another kind"}
		source = credential.New(c.Credentials, func(context.Context) (credential.Grant, error) {
			return credential.Grant{}, x.badCredentials
		})
	}
	app, err := New(c, rules, Parts{
		Credentials: source, Log: NewLogger(io.Discard, c.Log), Tally: new(core.Tally), InFunction: inFunction(env.ToMap(environ)),
	})
	if err != nil {
		x.note(stepConfiguration, "", &finding{err.Error(), classConfiguration, "set this right"}, "sendbridge --help")
		return x.skipRest(stepConfiguration)
	}
	defer app.Close()
	x.app = app
	return x.run(ctx)
}

// Doctor tries what a message needs, a step after the other, and says of each that fails whose turn it is and what to do.
// It makes up to four calls at the rate of all others, each once: nothing is retried or held back by the breaker. No
// message is sent unless there is a topic, to which one goes. It ends with ctx, or after ten seconds a step.
func (a *App) Doctor(ctx context.Context, topic string) Report {
	return (&examination{app: a, topic: topic}).run(ctx)
}

// An examination is a report in the making.
type examination struct {
	app                      *App
	topic                    string
	badRules, badCredentials error // known before there was an app

	contact   onsmqtt.Contact
	contacted error
	report    Report
}

func (x *examination) run(ctx context.Context) Report {
	a := x.app
	host := hostOf(a.Config.Endpoint)
	x.step(ctx, stepConfiguration, nil, "sendbridge --help", x.configuration)
	x.step(ctx, stepRules, nil, "sendbridge validate FILE", x.rules)
	x.step(ctx, stepCredentials, nil, "env | grep -o '^ALIBABA_CLOUD_[A-Z_]*'", x.credentials)
	x.step(ctx, stepDNS, nil, "nslookup "+host, x.dns)
	x.step(ctx, stepConnection, []string{stepDNS}, "curl -sv -o /dev/null "+a.Config.Endpoint, x.connection)
	x.step(ctx, stepClock, []string{stepConnection}, "date -u; curl -sI "+a.Config.Endpoint+" | grep -i ^date", x.clock)
	x.step(ctx, stepIdentity, []string{stepCredentials}, "aliyun sts GetCallerIdentity", x.identity)
	x.step(ctx, stepPermission, []string{stepCredentials, stepConnection}, x.policies(), x.permission)
	if x.topic == "" {
		x.skip(stepMessage, "not sent: --topic TOPIC sends one")
		return x.report
	}
	x.step(ctx, stepMessage, []string{stepCredentials, stepConnection}, x.policies(), x.message)
	return x.report
}

// step runs do, unless a step that it needs has not passed.
func (x *examination) step(ctx context.Context, name string, needs []string, command string, do func(context.Context) (string, error)) {
	for _, need := range needs {
		if !x.passed(need) {
			x.skip(name, "not tried: it needs "+need)
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	began := time.Now()
	found, err := do(ctx)
	x.note(name, found, err, command)
	x.report.Steps[len(x.report.Steps)-1].Ms = float64(time.Since(began).Microseconds()) / 1000
}

func (x *examination) note(name, found string, err error, command string) {
	s := Step{Name: name, Outcome: passed, Found: found}
	if err != nil {
		s.fail(err)
		s.Command = command
	}
	x.report.Steps = append(x.report.Steps, s)
}

func (x *examination) skip(name, why string) {
	x.report.Steps = append(x.report.Steps, Step{Name: name, Outcome: skipped, Found: why})
}

func (x *examination) skipRest(need string) Report {
	for _, name := range []string{stepRules, stepCredentials, stepDNS, stepConnection, stepClock, stepIdentity, stepPermission, stepMessage} {
		x.skip(name, "not tried: it needs "+need)
	}
	return x.report
}

func (x *examination) passed(name string) bool {
	return slices.ContainsFunc(x.report.Steps, func(s Step) bool { return s.Name == name && s.Outcome == passed })
}

func hostOf(endpoint string) string {
	_, host, _ := strings.Cut(endpoint, "://")
	host, _, _ = strings.Cut(host, ":")
	return strings.TrimSuffix(host, "/")
}
