package console

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
)

func (c *Console) clear(w http.ResponseWriter, _ *http.Request) {
	c.Traffic.clear()
	w.WriteHeader(http.StatusNoContent)
}

// sendAgain sends a recorded request again, secrets included.
func (c *Console) sendAgain(w http.ResponseWriter, r *http.Request) {
	found := c.rowOf(w, r)
	if found == nil {
		return
	}
	x := found.exchange
	if x.isCut() {
		http.Error(w, "dev recorded only the beginning of this request: send it again from its source", http.StatusConflict)
		return
	}
	c.post(w, r.Context(), x.target, x.header.Clone(), x.body.kept.Bytes())
}

// send sends a sample of the playground.
func (c *Console) send(w http.ResponseWriter, r *http.Request) {
	var s Sample
	if !ask(w, r, &s) {
		return
	}
	if s.As != "http" {
		http.Error(w, errNotHTTP.Error(), http.StatusBadRequest)
		return
	}
	h := http.Header{}
	for _, line := range s.Headers {
		if name, value, ok := strings.Cut(line, ":"); ok {
			h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	if h.Get("Content-Type") == "" && h.Get("Ce-Specversion") == "" {
		h.Set("Content-Type", mediaTypeOf(s.Payload))
	}
	path := s.Path
	if path == "" {
		path = "/"
	}
	c.post(w, r.Context(), path, h, []byte(s.Payload))
}

// mediaTypeOf returns the media type of a CloudEvent or of a list of them.
func mediaTypeOf(payload string) string {
	if strings.HasPrefix(strings.TrimSpace(payload), "[") {
		return "application/cloudevents-batch+json"
	}
	return "application/cloudevents+json"
}

// A sent is dev's answer to a request.
type sent struct {
	Status int    `json:"status"`
	Answer string `json:"answer,omitempty"`
}

// post serves a request with dev's own handler. It empties the dedup window first, because the user wants to see the
// message sent again.
func (c *Console) post(w http.ResponseWriter, ctx context.Context, target string, h http.Header, body []byte) {
	u, err := url.ParseRequestURI(target)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.Forget()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Header, r.Host, r.RemoteAddr, r.RequestURI = h, "localhost", "127.0.0.1:0", u.RequestURI()
	a := answer{header: http.Header{}, status: http.StatusOK}
	c.Handler.ServeHTTP(&a, r)
	reply(w, sent{a.status, text(a.body.String())})
}

// An answer is a ResponseWriter without a connection.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
