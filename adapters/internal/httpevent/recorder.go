package httpevent

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"unicode/utf8"
)

// A recorder is a ResponseWriter that keeps the response, with what net/http's server would add.
type recorder struct {
	header http.Header // the handler's, which it may change to no effect once the status is set
	sent   http.Header // as of then
	status int         // 0 until set
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: make(http.Header)} }

// Header returns the headers to be sent with the status.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader sets the status. The first counts; those before a final one, 1xx, are left out.
func (w *recorder) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("status %d: want one of HTTP", status))
	}
	if w.status != 0 || status < 200 {
		return
	}
	w.status, w.sent = status, w.header.Clone()
}

// Write adds to the body, where the status allows one.
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	return w.body.Write(p)
}

// serve runs a handler to its end. What it panics with stays here: it may quote a payload.
func (w *recorder) serve(h http.Handler, r *http.Request) {
	defer func() {
		if recover() != nil {
			w.problem(http.StatusInternalServerError, "a bug in the handler")
		}
	}()
	h.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	if w.body.Len() > 0 && w.sent["Content-Type"] == nil {
		w.sent.Set("Content-Type", http.DetectContentType(w.body.Bytes()))
	}
	if r.Method == http.MethodHead {
		w.body.Reset()
	}
}

// problem replaces whatever was recorded by an error.
//
// https://www.rfc-editor.org/rfc/rfc9457
func (w *recorder) problem(status int, detail string) {
	*w = recorder{status: status, sent: http.Header{"Content-Type": {"application/problem+json"}}}
	json.NewEncoder(&w.body).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
}

// answer starts an answer: what all shapes have of it. Text goes as it is, anything else as base64.
func (w *recorder) answer() answer {
	a := answer{StatusCode: w.status, Body: w.body.String()}
	if !utf8.ValidString(a.Body) {
		a.Body, a.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	}
	return a
}

// joined are the headers where a name has one value.
func (w *recorder) joined() map[string]string {
	joined := make(map[string]string, len(w.sent))
	for name, list := range w.sent {
		if name == "Set-Cookie" { // the one header that can't be joined: its values have commas
			maps.Copy(joined, cookies(list))
			continue
		}
		joined[name] = strings.Join(list, ", ")
	}
	return joined
}

// cookies gives each Set-Cookie a name of its own, which only JSON tells apart: header names have no case.
func cookies(list []string) map[string]string {
	named := make(map[string]string, len(list))
	for i, cookie := range list {
		name := []byte("Set-Cookie")
		for bit, at := 0, 0; at < len(name); at++ {
			if name[at] == '-' {
				continue
			}
			if i>>bit&1 == 1 {
				name[at] ^= 'a' ^ 'A'
			}
			bit++
		}
		named[string(name)] = cookie
	}
	return named
}
