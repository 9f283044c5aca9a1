// Package fctest is the runtime API of Function Compute's go1 as a function's process sees it, for tests of the real
// binary.
package fctest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The kinds of invocations, as the runtime numbers them.
const (
	Handle      = 0
	Initializer = 1
	PreStop     = 2
)

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

// An Invocation is what is handed out.
type Invocation struct {
	Kind    int
	Payload string
	Header  map[string]string // beside what every invocation has
}

type call struct {
	Invocation
	id     string
	answer chan Answer
}

// An Answer is what a function made of an invocation.
type Answer struct {
	Failed bool   // it was posted as an error
	Body   string // of the answer, or {"errorMessage":…,"errorType":…}
}

// New returns an API that nobody has asked yet.
func New() *API {
	a := &API{mux: http.NewServeMux(), queue: make(chan *call), ready: make(chan struct{}), calls: make(map[string]*call)}
	const base = "/2020-11-11/runtime/invocation/"
	a.mux.HandleFunc("GET "+base+"next", a.next)
	a.mux.HandleFunc("POST "+base+"{id}/response", func(w http.ResponseWriter, r *http.Request) { a.settle(w, r, false) })
	a.mux.HandleFunc("POST "+base+"{id}/error", func(w http.ResponseWriter, r *http.Request) { a.settle(w, r, true) })
	return a
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// Ready is closed when a process has asked for its first invocation.
func (a *API) Ready() <-chan struct{} { return a.ready }

// Invoke hands an invocation to the next who asks, and waits for the answer.
func (a *API) Invoke(ctx context.Context, in Invocation) (Answer, error) {
	c := &call{Invocation: in, answer: make(chan Answer, 1)}
	a.mu.Lock()
	a.last++
	c.id = fmt.Sprintf("00000000-0000-4000-8000-%012d", a.last)
	a.calls[c.id] = c
	a.mu.Unlock()
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

// next answers only when there is work: the SDK asks again at once after anything else.
func (a *API) next(w http.ResponseWriter, r *http.Request) {
	a.once.Do(func() { close(a.ready) })
	select {
	case <-r.Context().Done():
	case c := <-a.queue:
		for name, value := range Headers(c.id) {
			w.Header().Set(name, value)
		}
		w.Header().Set("x-fc-function-type", strconv.Itoa(c.Kind))
		for name, value := range c.Header {
			w.Header().Set(name, value)
		}
		io.WriteString(w, c.Payload)
	}
}

// Headers are those that an invocation has in either runtime.
func Headers(id string) map[string]string {
	return map[string]string{
		"x-fc-request-id":        id,
		"x-fc-function-deadline": strconv.FormatInt(time.Now().Add(30*time.Second).UnixMilli(), 10),
		"x-fc-function-timeout":  "30",
		"x-fc-function-name":     "forwarder",
		"x-fc-region":            "cn-hangzhou",
		"x-fc-account-id":        "1234567890123456",
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
	c.answer <- Answer{failed, string(body)} // the implicit 200 is the one status that the SDK takes
}
