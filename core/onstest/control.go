package onstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"sendbridge/internal/loopback"
)

// maxControlBody limits the body of a request to a control endpoint.
const maxControlBody = 64 << 10

// controls serves the control endpoints, for tests and people on this machine. Requests to them do not count as calls.
func (h *Handler) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_emulator/faults", h.postFaults)
	mux.HandleFunc("DELETE /_emulator/faults", done(h.ForgetFaults))
	mux.HandleFunc("POST /_emulator/credentials", h.postCredentials)
	mux.HandleFunc("DELETE /_emulator/credentials", done(h.Undo))
	mux.HandleFunc("GET /_emulator/stats", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, h.Stats()) })
	mux.HandleFunc("DELETE /_emulator/stats", done(h.ResetStats))
	mux.HandleFunc("GET /_emulator/messages", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, h.Messages()) })
	mux.HandleFunc("DELETE /_emulator/messages", done(h.ForgetMessages))
	return loopback.Only(sameOrigin(mux), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, fmt.Sprintf("host %q may not control the emulator: use localhost or a loopback address", cut(r.Host, maxQuote)), http.StatusForbidden)
	}))
}

func (h *Handler) postFaults(w http.ResponseWriter, r *http.Request) {
	var faults []Fault
	take(w, r, &faults, `a list like [{"code":"SystemOverFlow","times":3}]`, func() error { return h.Fail(faults...) })
}

func (h *Handler) postCredentials(w http.ResponseWriter, r *http.Request) {
	var change Change
	take(w, r, &change, `an object like {"expire":["*"]} or {"delete":["emulator"]}`, func() error { return h.Change(change) })
}

// take decodes the body into v and then calls do. example shows in the error what to write.
func take(w http.ResponseWriter, r *http.Request, v any, example string, do func() error) {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err != nil {
		err = fmt.Errorf("%w; write %s", err, example)
	} else {
		err = do()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// sameOrigin rejects requests of other sites' pages in the user's browser.
func sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
				http.Error(w, fmt.Sprintf("origin %q may not control the emulator", cut(origin, maxQuote)), http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func done(do func()) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		do()
		w.WriteHeader(http.StatusNoContent)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = newJSONEncoder(w).Encode(v)
}
