package functions

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"sendbridge/adapters/webhook"
)

// A Server is the HTTP server of an app: it limits time and headers, answers probes, and drains.
type Server struct {
	http     *http.Server
	inner    http.Handler
	tally    *webhook.Tally
	log      *slog.Logger
	unready  func() string
	drain    time.Duration
	finish   time.Duration // time for requests in flight after accepting has ended
	draining atomic.Bool
	busy     busyConnections
}

// ServerOptions are the options of a Server. The zero value is valid.
type ServerOptions struct {
	Drain time.Duration  // time between the end of Serve's context and the end of accepting; 0 means none
	Idle  time.Duration  // how long idle connections are kept; 0 means 2 minutes
	Tally *webhook.Tally // counts requests that do not reach inner; nil counts nothing

	Unready func() string // returns the state that prevents the process from working, or an empty string; nil means always ready
}

// maxHeaderBytes limits the headers; it has room for attributes and tokens.
const maxHeaderBytes = 64 << 10

// NewServer returns a server of inner, whose requests must end within limit. Nil options are zero options.
func NewServer(inner http.Handler, limit time.Duration, log *slog.Logger, o *ServerOptions) *Server {
	if o == nil {
		o = &ServerOptions{}
	}
	s := &Server{inner: inner, tally: o.Tally, log: log, drain: o.Drain, unready: o.Unready, finish: limit + time.Second}
	if s.unready == nil {
		s.unready = func() string { return "" }
	}
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       limit,
		WriteTimeout:      limit + 2*time.Second, // time for the answer to a request that used all of its time
		IdleTimeout:       cmp.Or(o.Idle, 2*time.Minute),
		MaxHeaderBytes:    maxHeaderBytes,
		ConnState:         s.busy.note,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),

		DisableGeneralOptionsHandler: true, // handle OPTIONS * like any other path
	}
	return s
}

// ServeHTTP answers probes itself. It does not clean paths, because a redirect to a clean path would look like success to
// senders that do not follow it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		w.Header().Set("Connection", "close") // makes the client open its next connection elsewhere
	}
	switch r.URL.Path {
	case "/healthz", "/livez", "/readyz":
		counted := s.probe(w, r)
		counted.Way = webhook.WayProbe
		s.tally.Observe(counted)
	default:
		s.inner.ServeHTTP(w, r)
	}
}

var errProbePost = webhook.Refusal(http.StatusMethodNotAllowed, "MethodNotAllowed", "this path is for probes with GET: post events to / or to an inlet")

// state returns the state for /readyz, whose callers only get its name.
func (s *Server) state() string {
	if s.draining.Load() {
		return stateDraining
	}
	return s.unready()
}

func (s *Server) probe(w http.ResponseWriter, r *http.Request) webhook.Request {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		return webhook.Refuse(w, errProbePost)
	case r.URL.Path == "/readyz":
		if state := s.state(); state != "" {
			return webhook.Refuse(w, webhook.Refusal(http.StatusServiceUnavailable, state, "not ready: the log says why"))
		}
	}
	io.WriteString(w, "ok\n")
	return webhook.Request{Status: http.StatusOK}
}

// Serve accepts connections on l until ctx ends. Then, during the drain, /readyz returns 503 and each answer closes its
// connection. After that nothing more is accepted, and requests in flight are finished. It returns nil if all of them were
// finished.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stopped := make(chan error, 1)
	go func() {
		err := s.http.Serve(l)
		s.log.Info("accepting ended")
		stopped <- err
	}()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.log.Info("draining", "for", s.drain.String())
	drained := time.NewTimer(s.drain)
	defer drained.Stop()
	select {
	case err := <-stopped:
		return err
	case <-drained.C:
	}
	l.Close()
	<-stopped
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.finish)
	defer cancel()
	s.answerAccepted(limit)
	return s.http.Shutdown(limit)
}

// lateRequest is the time for the request of a connection that was accepted at the last moment.
const lateRequest = 500 * time.Millisecond

// answerAccepted waits for the requests of open connections, answers each and closes its connection. Shutdown would close
// connections whose request has not been read, without an answer.
func (s *Server) answerAccepted(ctx context.Context) {
	late, cancel := context.WithTimeout(ctx, lateRequest)
	defer cancel()
	select {
	case <-s.busy.wait():
	case <-late.Done():
		s.busy.closeSilent()
	}
}

// ServeUntil serves h on l until ctx ends, and then cuts off requests in flight. It is for people and their tools.
func ServeUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	defer context.AfterFunc(ctx, func() { s.Close() })()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
