// Package lambdatest is the Lambda Runtime API as a function's process sees it, for tests of the real binary.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambdatest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// ARN is the function as it was invoked, by an alias.
const ARN = "arn:aws:lambda:eu-north-1:100000000001:function:forwarder:live"

// An API hands out invocations to who asks for the next and takes the answers. It is safe for concurrent use.
type API struct {
	mux   *http.ServeMux
	queue chan *call
	ready chan struct{} // closed when the first has asked
	once  sync.Once

	mu    sync.Mutex
	calls map[string]*call // handed out and not answered yet
	last  int
}

// A call is one invocation on its way.
type call struct {
	id       string
	payload  []byte
	deadline time.Time
	answer   chan Answer
}

// An Answer is what a function made of an invocation.
type Answer struct {
	ID     string // of the invocation
	Failed bool   // it was posted as an error
	Body   string // of the answer, or {"errorMessage":…,"errorType":…}
}

// New returns an API that nobody has asked yet.
func New() *API {
	a := &API{mux: http.NewServeMux(), queue: make(chan *call), ready: make(chan struct{}), calls: make(map[string]*call)}
	a.mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	a.mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { a.settle(w, r, false) })
	a.mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { a.settle(w, r, true) })
	return a
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// Ready is closed when a process has asked for its first invocation.
func (a *API) Ready() <-chan struct{} { return a.ready }

// Invoke hands a payload to the next who asks, with so much time to answer it, and waits for the answer.
func (a *API) Invoke(ctx context.Context, payload []byte, limit time.Duration) (Answer, error) {
	c := a.newCall(payload, time.Now().Add(limit))
	select {
	case a.queue <- c:
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("nobody asks for invocation %s: %w", c.id, ctx.Err())
	}
	select {
	case answer := <-c.answer:
		return answer, nil
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("invocation %s is not answered: %w", c.id, ctx.Err())
	}
}

func (a *API) newCall(payload []byte, deadline time.Time) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	c := &call{fmt.Sprintf("00000000-0000-4000-8000-%012d", a.last), payload, deadline, make(chan Answer, 1)}
	a.calls[c.id] = c
	return c
}

func (a *API) next(w http.ResponseWriter, r *http.Request) {
	a.once.Do(func() { close(a.ready) })
	select {
	case <-r.Context().Done():
	case c := <-a.queue:
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(c.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", ARN)
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-67891233-abcdef012345678912345678")
		w.Write(c.payload)
	}
}

// settle takes an answer once.
func (a *API) settle(w http.ResponseWriter, r *http.Request, failed bool) {
	body, err := io.ReadAll(r.Body)
	id := r.PathValue("id")
	a.mu.Lock()
	c := a.calls[id]
	delete(a.calls, id)
	a.mu.Unlock()
	if err != nil || c == nil {
		http.Error(w, "no such invocation", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	c.answer <- Answer{id, failed, string(body)}
}
