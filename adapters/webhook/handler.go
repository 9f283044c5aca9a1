package webhook

import (
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// Options of a handler. The zero value works and accepts every sender.
type Options struct {
	MaxBody        int64          // limit of a body in bytes; 0 means 1 MiB
	Timeout        time.Duration  // for the whole request: reading its body, and the context of the deliverer; 0 means 9 s
	Tokens         []string       // accepted bearer tokens; if there are none, no token is needed
	Closed         bool           // access is not configured: every delivery gets 403
	AllowedOrigins []string       // senders by their complete DNS name, which each delivery must state; if empty or "*", any sender
	AllowedRate    int            // requests per minute that a handshake grants; 0 means any number
	Inlets         []*inlet.Inlet // additional ingresses, to which Tokens, Closed and AllowedOrigins do not apply
	Log            *slog.Logger   // logs requests that are rejected before delivery, and panics; nil means slog.Default
	Details        bool           // answers contain the whole error, including addresses, key names and remote answers; for a laptop
	Span           core.SpanFunc  // begins a span "decode" for each request
	Tally          *Tally         // counts every request by its answer; nil counts nothing
}

const (
	defaultMaxBody = 1 << 20
	defaultTimeout = 9 * time.Second

	answerTime = 5 * time.Second // time for the client to read the answer
	allow      = "POST, OPTIONS" // the supported methods
)

// errClosed is for the operator, who is usually the first to see it.
var errClosed = &requestError{status: http.StatusForbidden, code: "AuthNotSet",
	text: "SENDBRIDGE_AUTH is not set, so all requests are rejected: set it to bearer with SENDBRIDGE_TOKEN, or to none to accept requests from everybody"}

// A Handler receives events and answers with their outcomes. It is safe for concurrent use.
type Handler struct {
	target        atomic.Pointer[target]
	maxBody       int64
	timeout       time.Duration
	closed        bool
	bearer        inlet.Bearer
	origins       origins
	allowedRate   int
	log           *slog.Logger
	tally         *Tally
	span          core.SpanFunc
	saying        saying
	places        *places
	pendingBodies *pendingBodies
	now           func() time.Time
}

// A target is the deliverer of events and the inlets. A request uses one target from its start to its answer.
type target struct {
	deliver core.Deliverer
	inlets  map[string]*servedInlet // by path
}

// New returns a handler that receives events at the root path and at its inlets' paths, and answers after deliver has
// returned. It acknowledges an event only if deliver does, with a MsgId for each message. Nil options are zero options.
func New(deliver core.Deliverer, o *Options) *Handler {
	if o == nil {
		o = &Options{}
	}
	h := &Handler{
		maxBody: o.MaxBody, timeout: o.Timeout, closed: o.Closed, bearer: inlet.NewBearer(o.Tokens),
		origins: newOrigins(o.AllowedOrigins), allowedRate: o.AllowedRate, log: o.Log, tally: o.Tally, span: o.Span,
		saying: saying{details: o.Details},
		now:    time.Now,
	}
	h.Replace(deliver, o.Inlets)
	if h.maxBody <= 0 {
		h.maxBody = defaultMaxBody
	}
	h.pendingBodies, h.places = newPendingBodies(h.maxBody), newPlaces(h.maxBody)
	if h.timeout <= 0 {
		h.timeout = defaultTimeout
	}
	if h.log == nil {
		h.log = slog.Default()
	}
	return h
}

// Replace changes the deliverer and the inlets for new requests. Requests in flight keep the old ones.
func (h *Handler) Replace(deliver core.Deliverer, inlets []*inlet.Inlet) {
	h.target.Store(&target{deliver, serveInlets(inlets)})
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to := h.target.Load()
	a, err := h.serve(w, r, to)
	counted := Request{Way: to.wayOf(r), Status: a.status}
	if err != nil {
		a, counted.Reason = h.refuse(r, to, refusal(err))
		counted.Status = a.status
	}
	h.tally.Observe(counted)
	// The server's WriteTimeout starts at the request's head. On a busy machine it might be over by now, and the client
	// would only see the connection close. If w does not support deadlines, there is no such limit.
	http.NewResponseController(w).SetWriteDeadline(h.now().Add(answerTime))
	a.write(w)
}

func (t *target) wayOf(r *http.Request) string {
	if !isRoot(r) && t.inlets[r.URL.Path] == nil {
		return WayOther
	}
	return ingressOf(r)
}

// serve returns the answer. It turns a panic into an answer, too, and the server continues.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, to *target) (a answer, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = panicked(p)
		}
	}()
	origins, at := h.origins, (*servedInlet)(nil)
	if !isRoot(r) {
		if at = to.inlets[r.URL.Path]; at == nil {
			return a, &requestError{status: http.StatusBadRequest, code: "NoInlet", text: "nothing is received at this path: CloudEvents go to /"}
		}
		origins = at.origins
	}
	switch {
	case r.Method == http.MethodOptions:
		return handshake(r, origins, h.allowedRate)
	case r.Method != http.MethodPost:
		return greet(r, at, nil, &requestError{status: http.StatusMethodNotAllowed, code: "MethodNotAllowed", text: "send events with POST"})
	case at == nil && h.closed:
		return a, errClosed
	case at == nil:
		err = h.bearer.Check(r.Header)
	default:
		err = at.CheckHead(r)
	}
	if err == nil && !isGridRequest(at, r.Header) {
		err = origins.check(r.Header)
	}
	if err != nil {
		return a, err
	}
	return h.receive(w, r, to, at)
}

// refuse logs an error of the whole request and returns the answer. The reason is the error's code.
func (h *Handler) refuse(r *http.Request, to *target, err error) (a answer, reason string) {
	status := Status(err)
	p := h.saying.problem(status, err)
	a = answerProblem(p, retryAfter(err))
	level := slog.LevelWarn
	switch {
	case status == http.StatusUnauthorized:
		if scheme := to.loginAt(r); scheme != "" {
			a.header.Set("WWW-Authenticate", scheme+` realm="sendbridge"`)
		}
	case status == http.StatusMethodNotAllowed, r.Method == http.MethodOptions:
		a.header.Set("Allow", allow)
	case status == http.StatusUnsupportedMediaType:
		a.header.Set("Accept-Encoding", acceptCodings)
	case status == http.StatusInternalServerError:
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("method", r.Method), slog.String("path", clip(r.URL.Path)), slog.Int("status", status), slog.String("code", p.Code), slog.String("detail", p.Detail)}
	if cause := errors.Unwrap(err); cause != nil {
		attrs = append(attrs, slog.String("cause", cause.Error()))
	}
	h.log.LogAttrs(r.Context(), level, "request refused", attrs...)
	return a, p.Code
}
