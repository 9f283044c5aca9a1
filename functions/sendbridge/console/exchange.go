package console

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"sendbridge/core"
	"sendbridge/functions"
)

// An exchange is one request, its answer and the outcomes of its events.
type exchange struct {
	began  time.Time
	rules  functions.Rules // the rules in force when it arrived
	method string
	target string // path and query, as received
	path   string
	header http.Header
	took   time.Duration
	status int
	answer cut
	body   cut

	mu      sync.Mutex // guards settled, to which several goroutines append until the request ends
	settled []settled
}

// settled is the outcome of one event.
type settled struct {
	core.Result
	at   time.Time
	took time.Duration
}

type exchangeKey struct{}

// exchangeOf returns the exchange that a context belongs to, or nil.
func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// maxBody and maxAnswer limit the bytes that are recorded of a request and of an answer.
const (
	maxBody   = 1 << 20
	maxAnswer = 64 << 10
)

// A cut records the beginning of what is written to it.
type cut struct {
	most int
	all  int
	kept bytes.Buffer
}

func (c *cut) Write(p []byte) (int, error) {
	c.all += len(p)
	c.kept.Write(p[:min(len(p), c.most-c.kept.Len())])
	return len(p), nil
}

// Record returns a handler that calls next and records each request and the outcomes of its events.
func (t *Traffic) Record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{
			began: t.now(), rules: t.rules(), method: r.Method, target: r.URL.RequestURI(), path: r.URL.Path, header: r.Header.Clone(),
			status: http.StatusOK, body: cut{most: maxBody}, answer: cut{most: maxAnswer},
		}
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = copied{r.Body, &x.body}
		}
		defer func() {
			x.took = t.now().Sub(x.began)
			t.add(x)
		}()
		next.ServeHTTP(&recorded{w, x}, r)
	})
}

// Observe records the outcome of an event.
func (t *Traffic) Observe(ctx context.Context, r core.Result, took time.Duration) {
	if x := exchangeOf(ctx); x != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.settled = append(x.settled, settled{r, t.now(), took})
	}
}

// copied is a body that records what is read from it.
type copied struct {
	io.ReadCloser
	to io.Writer
}

func (c copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.to.Write(p[:n])
	return n, err
}

// recorded is a ResponseWriter that records the answer.
type recorded struct {
	http.ResponseWriter
	exchange *exchange
}

func (w *recorded) WriteHeader(status int) {
	w.exchange.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorded) Write(p []byte) (int, error) {
	w.exchange.answer.Write(p)
	return w.ResponseWriter.Write(p)
}

// Unwrap returns the ResponseWriter below, for http.ResponseController.
func (w *recorded) Unwrap() http.ResponseWriter { return w.ResponseWriter }
