package functions

import (
	"context"
	"io"
	"log/slog"

	"github.com/caarlos0/env/v11"

	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/functions/doctor"
)

// Doctor reads an environment as the mains do and examines the result, see doctor.Examine. Wrong settings are part of the
// report.
func Doctor(ctx context.Context, environ []string, topic string) doctor.Report {
	c, err := Load(environ)
	if err != nil {
		return doctor.Misconfigured(Version(), err, "correct these settings")
	}
	rules, badRules := LoadRules(&c, executableDir())
	source, badCredentials := openCredentials(&c, env.ToMap(environ))
	if badCredentials != nil {
		source = credential.New(c.Credentials, func(context.Context) (credential.Grant, error) {
			return credential.Grant{}, badCredentials
		})
	}
	app, err := New(c, rules, Parts{
		Credentials: source, Log: NewLogger(io.Discard, c.Log), Tally: new(bridge.Tally), Environ: env.ToMap(environ), InFunction: runtimeOf(env.ToMap(environ)).isFunction(),
	})
	if err != nil {
		return doctor.Misconfigured(Version(), err, "correct this setting")
	}
	defer app.Close()
	p := app.process()
	p.Rules.Err, p.BadCredentials = badRules, badCredentials
	return doctor.Examine(ctx, p, topic)
}

// Doctor examines this process, see doctor.Examine.
func (a *App) Doctor(ctx context.Context, topic string) doctor.Report {
	return doctor.Examine(ctx, a.process(), topic)
}

// OrDoctor answers {"sendbridge":"doctor"} with the report of this process, which has the function's own role and network,
// and passes everything else to invoke. It sends no message.
func (a *App) OrDoctor(invoke Invoke) Invoke {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		if doctor.IsQuestion(payload) {
			report := a.Doctor(ctx, "")
			a.logReport(ctx, &report)
			return report.JSON(), nil
		}
		return invoke(ctx, payload)
	}
}

// logReport writes the line that a monitoring alarm searches for.
func (a *App) logReport(ctx context.Context, r *doctor.Report) {
	level, attrs := slog.LevelInfo, []slog.Attr{slog.Bool("ok", r.Class() == ""), slog.String("class", r.Class())}
	for _, s := range r.Steps {
		if s.Class != "" {
			level = slog.LevelError
			attrs = append(attrs, slog.String("step", s.Name), slog.String("code", s.Code), slog.String("actor", s.Actor), slog.String("next", s.Next))
			break
		}
	}
	a.log.LogAttrs(ctx, level, "doctor", attrs...)
}

func (a *App) process() *doctor.Process {
	rules := a.Rules()
	p := &doctor.Process{
		Version: Version(), Region: a.Config.Region, Role: a.parts.Environ["ALIBABA_CLOUD_ROLE_ARN"],
		Instance: a.Config.InstanceID, Endpoint: a.Config.Endpoint, Rate: a.Config.Rate,
		Quota: a.quota, Client: a.client, Credentials: a.credentials, Wait: a.limiter.Wait,
		Rules: doctor.Rules{Count: rules.List.Len(), From: rules.From, Hash: rules.Hash, Check: rulesCommand(&a.Config, rules.From)},
	}
	if a.share != nil {
		p.Wait = a.share.Wait
	}
	return p
}

// rulesCommand returns the command that shows the mistakes in the configured rules, or in the file that was found.
func rulesCommand(c *Config, file string) string {
	switch {
	case c.Topic != "":
		return "printenv SENDBRIDGE_TOPIC"
	case c.Rules != "":
		return "printenv SENDBRIDGE_RULES | sendbridge validate -"
	case c.RulesFile != "":
		return `sendbridge validate "$SENDBRIDGE_RULES_FILE"`
	}
	if file != "" {
		return "sendbridge validate '" + file + "'"
	}
	return "sendbridge --help"
}
