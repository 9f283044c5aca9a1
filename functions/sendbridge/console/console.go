// Package console is the web page of sendbridge dev: the outcome of each event, a playground for rules, and the
// emulator's quota and faults. Only the command sendbridge links it; the deployed functions do not.
//
// A Traffic records the newest requests and the outcomes of their events. The package has no access to the settings,
// the environment or any credentials. It decodes and matches nothing itself: the playground calls the functions of the
// command render.
package console

import (
	"context"
	"net/http"
	"time"

	"sendbridge/core"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// Parts holds what New needs. All fields but Cases are required.
type Parts struct {
	Traffic  *Traffic
	Rules    *LiveRules
	Emulator *onstest.Handler
	Quota    onstest.Quota // the emulator's limits
	Rate     func() float64
	Breaker  func() string
	Forget   func()       // empties the dedup window, so that events can be sent again
	Handler  http.Handler // dev's handler, recorded by Traffic; the page's requests go to it
	Events   string       // the URL to which events are posted
	Decode   Decode
	Samples  []Sample
	Cases    *Cases // nil if cases can only be copied
}

// A Decode decodes a payload as the command render does.
type Decode func(s Sample, rules functions.Rules) ([]core.Record, error)

// A Sample is a payload that the playground can try, and how it arrives.
type Sample struct {
	Name    string   `json:"name,omitempty"`
	As      string   `json:"as"`                // http, lambda or fc
	Path    string   `json:"path,omitempty"`    // with http, the path that it is posted to
	Headers []string `json:"headers,omitempty"` // with http, each as "Name: value"
	Payload string   `json:"payload"`
}

// A Console serves the page and its API. Serve it behind a check of the Host header.
type Console struct {
	Parts
	run     string // identifies this run of dev
	load    load
	now     func() time.Time
	handler http.Handler
}

// New returns a console.
func New(p Parts) (*Console, error) {
	c := &Console{Parts: p, now: time.Now}
	c.run = c.now().UTC().Format("20060102T150405.000000000")
	page, err := newPage()
	if err != nil {
		return nil, err
	}
	c.handler = guarded(c.routes(page))
	return c, nil
}

// ServeHTTP answers the page and its API.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Run records each second how many calls the emulator received, until ctx ends.
func (c *Console) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.load.add(c.measure())
		}
	}
}

func (c *Console) routes(page *page) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page)
	mux.Handle("GET /web/", assets())
	mux.Handle("GET /texts/", assets())
	mux.HandleFunc("GET /api/stream", c.stream)
	mux.HandleFunc("DELETE /api/events", c.clear)
	mux.HandleFunc("GET /api/events/{seq}", c.detail)
	mux.HandleFunc("POST /api/events/{seq}/send", c.sendAgain)
	mux.HandleFunc("POST /api/events/{seq}/case", c.saveCase)
	mux.HandleFunc("POST /api/send", c.send)
	mux.HandleFunc("GET /api/samples", c.samples)
	mux.HandleFunc("POST /api/try", c.try)
	mux.HandleFunc("GET /api/rules", c.rules)
	mux.HandleFunc("POST /api/rules/apply", c.applyRules)
	mux.HandleFunc("POST /api/rules/undo", c.undoRules)
	mux.HandleFunc("POST /api/rules/save", c.saveRules)
	mux.HandleFunc("POST /api/faults", c.setFaults)
	mux.HandleFunc("DELETE /api/faults", c.endFaults)
	mux.HandleFunc("POST /api/credentials", c.changeCredentials)
	mux.HandleFunc("DELETE /api/credentials", c.restoreCredentials)
	mux.HandleFunc("DELETE /api/stats", c.resetStats)
	return mux
}

// policy allows the page to load only this server's files, and to run no script but its module.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guarded rejects cross-origin requests and sets the security headers.
func guarded(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
