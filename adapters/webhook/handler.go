package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"sendbridge/core"
)

// A Deliverer sends records and says what became of each, in order, as Deliver of a core.Bridge does. Nothing of it
// may go on after it has returned.
type Deliverer func(ctx context.Context, records []core.Record) []core.Result

// Options of a handler. The zero value works: it lets in everybody.
type Options struct {
	MaxBody        int64         // largest body in bytes; 0 means 1 MiB
	Timeout        time.Duration // for the whole request: reading its body, and the context of the deliverer; 0 means 9 s
	Tokens         []string      // each opens as a bearer token; none means that no token is needed
	Closed         bool          // nobody has been said to be let in: every delivery is answered 403
	AllowedOrigins []string      // senders by their whole DNS name, which each delivery must state; none, or "*", means any sender
	AllowedRate    int           // requests a minute that a handshake grants; 0 means any number
	Log            *slog.Logger  // what was refused before it was delivered, and panics; nil means slog.Default
}

const (
	defaultMaxBody = 1 << 20
	defaultTimeout = 9 * time.Second

	allow = "POST, OPTIONS" // the methods that are answered
)

type handler struct {
	deliver     Deliverer
	maxBody     int64
	timeout     time.Duration
	closed      bool
	bearer      bearer
	origins     origins
	allowedRate int
	log         *slog.Logger
}

// New returns a handler that receives events at the root path and answers when deliver has settled them. It acknowledges
// an event only if deliver does, with a MsgId for each of its messages. Nil options are zero options.
func New(deliver Deliverer, o *Options) http.Handler {
	if o == nil {
		o = &Options{}
	}
	h := &handler{
		deliver: deliver, maxBody: o.MaxBody, timeout: o.Timeout, closed: o.Closed, bearer: newBearer(o.Tokens),
		origins: newOrigins(o.AllowedOrigins), allowedRate: o.AllowedRate, log: o.Log,
	}
	if h.maxBody <= 0 {
		h.maxBody = defaultMaxBody
	}
	if h.timeout <= 0 {
		h.timeout = defaultTimeout
	}
	if h.log == nil {
		h.log = slog.Default()
	}
	return h
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := h.serve(w, r)
	if err != nil {
		a = h.refuse(r, err)
	}
	a.write(w)
}

// serve makes the answer. A panic becomes one as well, and the server goes on.
func (h *handler) serve(w http.ResponseWriter, r *http.Request) (a answer, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = panicked(p)
		}
	}()
	switch {
	case !isRoot(r):
		return a, &fault{status: http.StatusBadRequest, code: "NoInlet", text: "nothing is received at this path: CloudEvents go to /"}
	case r.Method == http.MethodOptions:
		return h.handshake(r)
	case r.Method != http.MethodPost:
		return a, &fault{status: http.StatusMethodNotAllowed, code: "MethodNotAllowed", text: "events are posted"}
	}
	return h.receive(w, r)
}

func (h *handler) receive(w http.ResponseWriter, r *http.Request) (a answer, err error) {
	if h.closed {
		return a, errClosed
	}
	if err := h.bearer.check(r.Header); err != nil {
		return a, err
	}
	if err := h.origins.check(r.Header); err != nil {
		return a, err
	}
	if r.ContentLength > h.maxBody {
		return a, bodyTooLarge(h.maxBody)
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.timeout)
	defer cancel()
	h.bound(ctx, w, r)
	records, m, err := decode(r)
	if err != nil {
		return a, err
	}
	results := verdicts(records, h.deliver(ctx, records))
	if m == batched {
		return answerBatch(results), nil
	}
	return answerEvent(&results[0]), nil
}

// bound limits the size of the body and the time to read it. The server takes the time limit off when it has seen the
// body's end; without a body it must not be set, as it would end the wait for the next request.
func (h *handler) bound(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	if deadline, ok := ctx.Deadline(); ok {
		http.NewResponseController(w).SetReadDeadline(deadline) // where w can't, the server's ReadTimeout is what there is
	}
	r.Body = http.MaxBytesReader(w, r.Body, h.maxBody)
}

// refuse answers and logs an error of the whole request.
func (h *handler) refuse(r *http.Request, err error) answer {
	status := statusOf(err)
	p := newProblem(status, err)
	a := answerProblem(p, retryAfter(err))
	level := slog.LevelWarn
	switch {
	case status == http.StatusUnauthorized:
		a.header.Set("WWW-Authenticate", `Bearer realm="sendbridge"`)
	case status == http.StatusMethodNotAllowed, r.Method == http.MethodOptions:
		a.header.Set("Allow", allow)
	case status == http.StatusUnsupportedMediaType:
		a.header.Set("Accept-Encoding", "identity")
	case status == http.StatusInternalServerError:
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("method", r.Method), slog.Int("status", status), slog.String("code", p.Code), slog.String("detail", p.Detail)}
	if cause := errors.Unwrap(err); cause != nil {
		attrs = append(attrs, slog.String("cause", cause.Error()))
	}
	h.log.LogAttrs(r.Context(), level, "request refused", attrs...)
	return a
}
