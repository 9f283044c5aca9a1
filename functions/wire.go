package functions

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/caarlos0/env/v11"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/onsmqtt"
)

// An App is Sendbridge wired together as its configuration says.
type App struct {
	Config Config
	Rules  Rules
	Bridge *core.Bridge
	log    *slog.Logger
	client *onsmqtt.Client
}

// FromEnvironment wires the app that an environment describes, with its log on w. Nothing is sent before the first
// event.
func FromEnvironment(environ []string, w io.Writer) (*App, error) {
	c, err := Load(environ)
	if err != nil {
		return nil, err
	}
	rules, err := LoadRules(&c, executableDir())
	if err != nil {
		return nil, err
	}
	log := NewLogger(w, c.Log)
	for _, name := range Ignored(environ) {
		log.Warn("this setting has no effect yet", "name", name)
	}
	return New(c, rules, credentialsFrom(env.ToMap(environ)), log, nil)
}

// New wires an app. Credentials are asked for at each attempt; observe, unless nil, is told of each event beside the
// log.
func New(c Config, rules Rules, credentials onsmqtt.Provider, log *slog.Logger, observe core.Observer) (*App, error) {
	client, err := onsmqtt.New(c.Endpoint, c.InstanceID, credentials, &onsmqtt.Options{
		Signature:   onsmqtt.Signature(c.Signature),
		UserAgent:   "sendbridge/" + Version(),
		Concurrency: c.Concurrency,
		Insecure:    c.Insecure,
	})
	if err != nil {
		return nil, err
	}
	if observe == nil {
		observe = newEventLog(log).observe
	}
	a := &App{Config: c, Rules: rules, log: log, client: client}
	a.Bridge = core.New(core.WithTimeout(api{client}, c.Timeout), rules.List, &core.Options{
		Concurrency:     c.Concurrency,
		RejectUnmatched: c.Unmatched == "reject",
		Observe:         observe,
	})
	return a, nil
}

// Serve answers HTTP on l until ctx ends, then finishes what is in flight.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	a.log.Info("start", "version", Version(), "listen", l.Addr().String(), "endpoint", a.Config.Endpoint,
		"instance", a.Config.InstanceID, "rules", len(a.Rules.List), "rulesFrom", a.Rules.Origin, "rulesHash", a.Rules.Hash)
	handler := webhook.New(a.Bridge.Deliver, &webhook.Options{
		MaxBody:        int64(a.Config.MaxBody),
		AllowedOrigins: tokens(a.Config.AllowedOrigins),
		Tokens:         tokens(a.Config.Token),
		Timeout:        a.Config.RequestTimeout,
		Log:            a.log,
	})
	return NewServer(handler, a.Config.RequestTimeout, a.log).Serve(ctx, l)
}

// Close gives up idle connections.
func (a *App) Close() { a.client.CloseIdleConnections() }

// api makes a Sender of the API's client: the two packages don't know each other.
type api struct{ client *onsmqtt.Client }

func (a api) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	r, err := a.client.SendMessage(ctx, topic, payload)
	return core.Receipt{MsgID: r.MsgID, RequestID: r.RequestID, Attempts: 1}, err
}

func executableDir() string {
	path, err := os.Executable()
	if err != nil {
		return "."
	}
	return filepath.Dir(path)
}
