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

// A recorder is a ResponseWriter that records the response, with the headers that net/http's server would add.
type recorder struct {
	header http.Header // the handler's headers; changes after the status have no effect
	sent   http.Header // a copy made when the status is set
	status int         // 0 until set
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: make(http.Header)} }

// Header returns the headers to be sent with the status.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader sets the status. The first final one counts; 1xx are ignored.
func (w *recorder) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("status %d: want an HTTP status", status))
	}
	if w.status != 0 || status < 200 {
		return
	}
	w.status, w.sent = status, w.header.Clone()
}

// Write appends to the body, if the status allows one.
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	return w.body.Write(p)
}

// serve runs a handler to its end. It hides the value of a panic, which may quote a payload.
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

// problem replaces the recorded response by an error.
//
// https://www.rfc-editor.org/rfc/rfc9457
func (w *recorder) problem(status int, detail string) {
	*w = recorder{status: status, sent: http.Header{"Content-Type": {"application/problem+json"}}}
	json.NewEncoder(&w.body).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
}

// answer returns the part of an answer that all shapes share. Text stays as it is, anything else is encoded as base64.
func (w *recorder) answer() answer {
	a := answer{StatusCode: w.status, Body: w.body.String()}
	if !utf8.ValidString(a.Body) {
		a.Body, a.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	}
	return a
}

// joined returns the headers with one value per name.
func (w *recorder) joined() map[string]string {
	joined := make(map[string]string, len(w.sent))
	for name, list := range w.sent {
		if name == "Set-Cookie" { // the only header that cannot be joined, because its values contain commas
			maps.Copy(joined, cookies(list))
			continue
		}
		joined[name] = strings.Join(list, ", ")
	}
	return joined
}

// cookies gives each Set-Cookie its own spelling of the name: JSON distinguishes them, and header names ignore case.
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
