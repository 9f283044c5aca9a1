// Package console is the page of sendbridge dev: what became of each event, a playground for rules, and the emulator's
// quota and faults. It is linked into the command for people alone.
//
// It is told what happens and keeps the newest of it: a Traffic records requests and what became of their events. It never
// has the settings, the environment or any credentials, and it decodes nothing and matches nothing itself: the playground
// calls what render calls.
package console

import (
	"context"
	"net/http"
	"time"

	"sendbridge/core"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// Parts of a Console. All but Cases are required.
type Parts struct {
	Traffic  *Traffic
	Rules    *LiveRules
	Emulator *onstest.Handler
	Quota    onstest.Quota // the emulator's limits
	Rate     func() float64
	Breaker  func() string
	Forget   func()       // lets what was sent within the dedup window be sent again
	Handler  http.Handler // of dev, recorded by Traffic: what is sent from the page goes there
	Events   string       // dev's address for events, a URL
	Decode   Decode
	Samples  []Sample
	Cases    *Cases // nil offers cases to copy only
}

// A Decode makes records of a payload as render does.
type Decode func(s Sample, rules functions.Rules) ([]core.Record, error)

// A Sample is something that may come in.
type Sample struct {
	Name    string   `json:"name,omitempty"`
	As      string   `json:"as"`                // http, lambda or fc
	Path    string   `json:"path,omitempty"`    // with http, where it is posted
	Headers []string `json:"headers,omitempty"` // with http, each as Name: value
	Payload string   `json:"payload"`
}

// A Console serves the page and what the page asks for. Serve it behind a check of the Host header.
type Console struct {
	Parts
	run     string // tells one run of dev from the next
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

// ServeHTTP answers the browser.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Run notes each second how many calls the emulator got, until ctx ends.
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

// policy lets the page load what this server has and nothing else, and run no script but its module.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guarded refuses what another site's page makes a browser send, and tells the browser what the page may do.
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
