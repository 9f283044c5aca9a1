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

// Parts are the parts of an app that its configuration does not contain.
type Parts struct {
	Credentials *credential.Source
	Transport   http.RoundTripper // to the API; nil means the client's own
	Log         *slog.Logger
	Tally       *bridge.Tally
	Observe     bridge.Observer // called for each event, in addition to log and tally; nil means none
	KeepTries   bool            // pass each attempt at a message to Observe, in Delivery.Tries
	Timings     Timings
	Trace       Trace
	Environ     map[string]string               // contains the secrets of inlets
	InletHosts  http.RoundTripper               // to the hosts of senders' certificates; nil means http.DefaultTransport
	Details     bool                            // put complete errors into HTTP answers; for a laptop
	Wrap        func(http.Handler) http.Handler // wraps the handler of HTTP requests; nil means none
	InFunction  bool                            // HTTP requests may come from anybody, through a trigger or a function URL

	RedisDial func(ctx context.Context, address string) (net.Conn, error) // connects to SENDBRIDGE_REDIS; nil means TCP

	KeepPayloads bool // pass each payload to Observe, in Delivery.Payload; all payloads of a request then stay in memory until it is answered
}

// An App is Sendbridge, built as its configuration says.
type App struct {
	Config Config
	Bridge *bridge.Bridge // uses the rules of the start; those of Handler change with Apply

	Requests *webhook.Tally // counts HTTP requests by their answer

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

// FromEnvironment reads the arguments of New from an environment. The log goes to w.
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

// New builds an app. It sends nothing before the first event.
func New(c Config, rules Rules, p Parts) (*App, error) {
	client, err := onsmqtt.New(c.Endpoint, c.InstanceID, p.Credentials.Credentials, &onsmqtt.Options{
		Signature:   onsmqtt.Signature(c.Signature),
		UserAgent:   "sendbridge/" + Version(),
		Concurrency: c.Concurrency,
		Transport:   p.Transport,
		Insecure:    c.Insecure,
	})
	if err != nil {
		return nil, err // Load has checked the settings
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

// deadLetterSink returns nil if no sink is set.
func deadLetterSink(c *Config) (core.DeadLetterFunc, error) {
	if path, ok := strings.CutPrefix(c.DeadLetter, "file://"); ok {
		return deadletter.File(path)
	}
	if c.DeadLetter == "" {
		return nil, nil
	}
	return deadletter.HTTP(c.DeadLetter, c.DeadLetterToken, nil)
}

// Rate returns the calls per second that the limiter currently allows.
func (a *App) Rate() float64 { return a.pacer().Rate() }

// Breaker returns the breaker's state: "closed" while calls are made, "open" or "half-open".
func (a *App) Breaker() string { return a.breaker.State() }

// Start logs the start. where is the address that the app listens on, and more are attributes that only its main knows.
func (a *App) Start(where string, more ...any) {
	rules := a.Rules()
	a.log.Info("start", append([]any{"version", Version(), "listen", where, "endpoint", a.Config.Endpoint,
		"instance", a.Config.InstanceID, "rate", a.Config.Rate,
		"rules", rules.List.Len(), "rulesFrom", rules.From, "rulesHash", rules.Hash, "credentials", a.credentials.Status().String()}, more...)...)
}

// Handler returns the handler of HTTP requests, whether real ones or a trigger's events.
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

// Serve answers HTTP requests on l until ctx ends, and then finishes those in flight. It fetches credentials at once, see
// Prefetch. more are attributes of the start's log line.
func (a *App) Serve(ctx context.Context, l net.Listener, more ...any) error {
	a.Start(l.Addr().String(), more...)
	ctx, end := context.WithCancel(ctx)
	var prefetch sync.WaitGroup
	prefetch.Go(func() { a.Prefetch(ctx) })
	defer prefetch.Wait() // it may still log
	defer end()
	options := &ServerOptions{Drain: a.Config.Drain, Tally: a.Requests, Unready: a.Unready}
	return NewServer(a.parts.Trace.handler(a.Handler()), a.Config.RequestTimeout, a.log, options).Serve(ctx, l)
}

// Log returns the app's logger.
func (a *App) Log() *slog.Logger { return a.log }

// Close closes idle connections and the one to Redis.
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
