package functions

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// A Server is the HTTP front of an app: it bounds time, headers and requests in flight, answers probes, and drains.
type Server struct {
	http  *http.Server
	drain time.Duration
}

const (
	// maxInFlight requests at once keep memory bounded by that many bodies; the rest are told to come again.
	maxInFlight = 256
	// maxHeaderBytes leaves room for attributes and tokens.
	maxHeaderBytes = 64 << 10
)

// NewServer serves inner, each of whose requests ends within limit.
func NewServer(inner http.Handler, limit time.Duration, log *slog.Logger) *Server {
	s := &Server{drain: limit + time.Second}
	s.http = &http.Server{
		Handler:           probed(bounded(inner, maxInFlight)),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       limit,
		WriteTimeout:      limit + 2*time.Second, // the answer to a request that took all of its time still goes out
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	s.http.RegisterOnShutdown(func() { log.Info("draining") })
	return s
}

// KeepIdle has connections kept for d between requests, 2 minutes unless it is called. It returns s.
func (s *Server) KeepIdle(d time.Duration) *Server {
	s.http.IdleTimeout = d
	return s
}

// Serve accepts on l until ctx ends, then finishes what is in flight. It returns nil when all of it was finished.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stopped := make(chan error, 1)
	go func() { stopped <- s.http.Serve(l) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.drain)
	defer cancel()
	err := s.http.Shutdown(limit)
	if served := <-stopped; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// ServeUntil serves h, for people and their tools, on l until ctx ends. It cuts off what is in flight then.
func ServeUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	defer context.AfterFunc(ctx, func() { s.Close() })()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// probed answers probes, which only ask: a POST there would be an event that nobody gets. A draining server no longer
// listens, so that one which answers is ready. Any other path is inner's as it was sent: http.ServeMux would answer // and
// dots with a redirect, which some senders take for success.
func probed(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/healthz" && r.URL.Path != "/readyz":
			inner.ServeHTTP(w, r)
		case r.Method == http.MethodGet, r.Method == http.MethodHead:
			io.WriteString(w, "ok\n")
		default:
			w.Header().Set("Allow", "GET, HEAD")
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusMethodNotAllowed)
			io.WriteString(w, `{"type":"urn:sendbridge:error:MethodNotAllowed","title":"this path answers probes and takes no events","status":405,"class":"message","code":"MethodNotAllowed","actor":"sender"}`)
		}
	})
}

// bounded lets limit requests in at once and tells the rest to come again.
func bounded(inner http.Handler, limit int) http.Handler {
	slots := make(chan struct{}, limit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			inner.ServeHTTP(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, `{"type":"urn:sendbridge:error:Busy","title":"too many requests in flight","status":503,"class":"transient","code":"Busy","actor":"sender"}`)
		}
	})
}
