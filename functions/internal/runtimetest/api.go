// Package runtimetest implements fake runtime APIs of functions, for tests of the real binaries.
package runtimetest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// timeLimit is the time limit of every invocation.
const timeLimit = 30 * time.Second

// An API hands out invocations and accepts their answers. It is safe for concurrent use.
type API struct {
	mux     *http.ServeMux
	headers func(id string) map[string]string // returns the headers of an invocation
	settled int                               // the status for an accepted answer
	queue   chan *call
	ready   chan struct{} // closed when a process has asked for an invocation
	once    sync.Once

	mu    sync.Mutex
	calls map[string]*call // invocations in flight
	last  int
}

// An Invocation is an invocation to hand out.
type Invocation struct {
	Payload string
	Header  map[string]string // headers to add or replace
}

type call struct {
	Invocation
	id     string
	answer chan Answer
}

// An Answer is a function's answer to an invocation.
type Answer struct {
	ID     string // of the invocation
	Failed bool   // whether it was posted as an error
	Body   string // of the answer, or {"errorMessage":…,"errorType":…}
}

func newAPI(version string, settled int, headers func(id string) map[string]string) *API {
	a := &API{
		mux: http.NewServeMux(), headers: headers, settled: settled,
		queue: make(chan *call), ready: make(chan struct{}), calls: make(map[string]*call),
	}
	base := "/" + version + "/runtime/invocation/"
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
	c := a.newCall(in)
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

func (a *API) newCall(in Invocation) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	c := &call{in, fmt.Sprintf("00000000-0000-4000-8000-%012d", a.last), make(chan Answer, 1)}
	a.calls[c.id] = c
	return c
}

// next answers only when there is work: the SDKs ask again at once after anything else.
func (a *API) next(w http.ResponseWriter, r *http.Request) {
	a.once.Do(func() { close(a.ready) })
	select {
	case <-r.Context().Done():
	case c := <-a.queue:
		for _, header := range []map[string]string{a.headers(c.id), c.Header} {
			for name, value := range header {
				w.Header().Set(name, value)
			}
		}
		io.WriteString(w, c.Payload)
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
	w.WriteHeader(a.settled)
	c.answer <- Answer{id, failed, string(body)}
}

func deadline() string { return strconv.FormatInt(time.Now().Add(timeLimit).UnixMilli(), 10) }
