package functions

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caarlos0/env/v11"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/deadletter"
	"sendbridge/core/fleet"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/send"
)

// Parts of an app that its configuration does not say.
type Parts struct {
	Credentials *credential.Source
	Transport   http.RoundTripper // to the API; nil is the client's own
	Log         *slog.Logger
	Tally       *bridge.Tally
	Observe     bridge.Observer // told of each event, beside log and tally; nil is nobody
	KeepTries   bool            // Observe is told of each attempt at a message, in Delivery.Tries
	Timings     Timings
	Trace       Trace
	Environ     map[string]string               // where the secrets of inlets are
	InletHosts  http.RoundTripper               // to where senders publish their certificates; nil is http.DefaultTransport
	Details     bool                            // HTTP answers say all that an error says; for a laptop
	Wrap        func(http.Handler) http.Handler // around the handler of HTTP requests; nil is nothing
	InFunction  bool                            // what comes over HTTP comes from anybody, through a trigger or a function URL

	RedisDial func(ctx context.Context, address string) (net.Conn, error) // to SENDBRIDGE_REDIS; nil is TCP

	KeepPayloads bool // Observe sees each payload, in Delivery.Payload: all of a request stay in memory until it is answered
}

// An App is Sendbridge wired together as its configuration says.
type App struct {
	Config Config
	Bridge *bridge.Bridge // with the rules of the start; those of Handler change with Apply

	Requests *webhook.Tally // counts HTTP requests by how they were answered

	log         *slog.Logger
	parts       Parts
	applying    sync.Mutex
	inForce     atomic.Pointer[inForce]
	handler     *webhook.Handler
	client      *onsmqtt.Client
	credentials *credential.Source
	limiter     *send.Limiter
	fleet       *fleet.Fleet // nil without SENDBRIDGE_REDIS, as are quota and share
	quota       *fleet.Quota
	share       *send.Share
	breaker     *send.Breaker
	reach       reach
}

// FromEnvironment reads what New needs from an environment, with the log on w.
func FromEnvironment(environ []string, w io.Writer) (Config, Rules, Parts, error) {
	c, err := Load(environ)
	if err != nil {
		return c, Rules{}, Parts{}, err
	}
	rules, err := LoadRules(&c, executableDir())
	if err != nil {
		return c, rules, Parts{}, err
	}
	credentials, err := openCredentials(&c, env.ToMap(environ))
	if err != nil {
		return c, rules, Parts{}, err
	}
	p := Parts{Credentials: credentials, Log: OpenLog(w, &c), Tally: new(bridge.Tally), Environ: env.ToMap(environ), InFunction: runtimeOf(env.ToMap(environ)).isFunction()}
	return c, rules, p, nil
}

// New wires an app. Nothing is sent before the first event.
func New(c Config, rules Rules, p Parts) (*App, error) {
	client, err := onsmqtt.New(c.Endpoint, c.InstanceID, p.Credentials.Credentials, &onsmqtt.Options{
		Signature:   onsmqtt.Signature(c.Signature),
		UserAgent:   "sendbridge/" + Version(),
		Concurrency: c.Concurrency,
		Transport:   p.Transport,
		Insecure:    c.Insecure,
	})
	if err != nil {
		return nil, err // Load refuses what the settings may have wrong
	}
	sink, err := deadLetterSink(&c)
	if err != nil {
		return nil, fmt.Errorf("SENDBRIDGE_DEAD_LETTER: %w", err)
	}
	inlets, err := newInlets(rules.Inlets, &p)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Requests: new(webhook.Tally), log: p.Log, parts: p, credentials: p.Credentials, client: client, limiter: send.NewLimiter(c.Rate)}
	if err := a.join(); err != nil {
		return nil, err
	}
	a.inForce.Store(&inForce{rules: rules, since: time.Now()})
	a.Bridge = bridge.New(a.sender(p.Timings), rules.List, &bridge.Options{
		Concurrency:     c.Concurrency,
		RejectUnmatched: c.Unmatched == "reject",
		Dedup:           c.Dedup,
		Shared:          a.sharedDedup(),
		DeadLetter:      sink,
		Observe:         bridge.Observers(newEventLog(p.Log).observe, p.Tally.Observe, p.Observe),
		KeepPayloads:    p.KeepPayloads,
		KeepTries:       p.KeepTries,
		Span:            p.Trace.Span,
	})
	a.handler = a.newHandler(inlets)
	return a, nil
}

// deadLetterSink is nil where none is set.
func deadLetterSink(c *Config) (core.DeadLetterFunc, error) {
	if path, ok := strings.CutPrefix(c.DeadLetter, "file://"); ok {
		return deadletter.File(path)
	}
	if c.DeadLetter == "" {
		return nil, nil
	}
	return deadletter.HTTP(c.DeadLetter, c.DeadLetterToken, nil)
}

// Rate is how many calls a second are let through now: by the limiter, or the fleet.
func (a *App) Rate() float64 { return a.pacer().Rate() }

// Breaker is "closed" while calls are made, "open" or "half-open".
func (a *App) Breaker() string { return a.breaker.State() }

// Start logs what runs here; where says what it listens to, and more are attributes that only its main knows.
func (a *App) Start(where string, more ...any) {
	rules := a.Rules()
	a.log.Info("start", append([]any{"version", Version(), "listen", where, "endpoint", a.Config.Endpoint,
		"instance", a.Config.InstanceID, "rate", a.Config.Rate,
		"rules", rules.List.Len(), "rulesFrom", rules.From, "rulesHash", rules.Hash, "credentials", a.credentials.Status().String()}, more...)...)
}

// Handler answers HTTP requests, be they real ones or a trigger's events.
func (a *App) Handler() http.Handler {
	if a.parts.Wrap == nil {
		return a.handler
	}
	return a.parts.Wrap(a.handler)
}

func (a *App) newHandler(inlets []*inlet.Inlet) *webhook.Handler {
	return webhook.New(a.Bridge.Deliver, &webhook.Options{
		MaxBody:        int64(a.Config.MaxBody),
		AllowedOrigins: tokens(a.Config.AllowedOrigins),
		AllowedRate:    a.Config.Rate * 60,
		Tokens:         tokens(a.Config.Token),
		Closed:         a.parts.InFunction && a.Config.Auth == "",
		Inlets:         inlets,
		Timeout:        a.Config.RequestTimeout,
		Log:            a.log,
		Details:        a.parts.Details,
		Tally:          a.Requests,
		Span:           a.parts.Trace.Span,
	})
}

// Serve answers HTTP on l until ctx ends, then finishes what is in flight. It starts to get credentials at once, see
// Prefetch. More are attributes of the start's line.
func (a *App) Serve(ctx context.Context, l net.Listener, more ...any) error {
	a.Start(l.Addr().String(), more...)
	ctx, end := context.WithCancel(ctx)
	var prefetch sync.WaitGroup
	prefetch.Go(func() { a.Prefetch(ctx) })
	defer prefetch.Wait() // it logs
	defer end()
	options := &ServerOptions{Drain: a.Config.Drain, Tally: a.Requests, Unready: a.Unready}
	return NewServer(a.parts.Trace.handler(a.Handler()), a.Config.RequestTimeout, a.log, options).Serve(ctx, l)
}

// Log is where the app logs to.
func (a *App) Log() *slog.Logger { return a.log }

// Close gives up idle connections, and that to Redis.
func (a *App) Close() {
	a.client.CloseIdleConnections()
	if a.fleet != nil {
		a.fleet.Close()
	}
}

func executableDir() string {
	path, err := os.Executable()
	if err != nil {
		return "."
	}
	return filepath.Dir(path)
}
