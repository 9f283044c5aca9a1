package httpevent

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

const post = `{"version":"2.0","rawPath":"/","headers":{"authorization":"Bearer s3cr3t"},"requestContext":{"http":{"method":"POST"}},"body":"hello"}`

func serve(t *testing.T, event string, h http.HandlerFunc) (a answer, raw string) {
	t.Helper()
	b := anyShape([]byte(event)).Serve(t.Context(), h, []byte(event))
	if err := json.Unmarshal(b, &a); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return a, string(b)
}

// Every answer has a status, because some platforms would otherwise answer 200.
func TestThereIsAlwaysAStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		event  string
		h      http.HandlerFunc
		status int
		body   string
	}{
		{"nothing written", post, func(http.ResponseWriter, *http.Request) {}, 200, ""},
		{"body alone", post, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") }, 200, "x"},
		{"first status", post, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(103)
			w.WriteHeader(429)
			w.WriteHeader(200)
		}, 429, ""},
		{"no body with 204", post, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			if _, err := io.WriteString(w, "x"); !errors.Is(err, http.ErrBodyNotAllowed) {
				panic(fmt.Sprint(err))
			}
		}, 204, ""},
		{"HEAD", strings.Replace(post, "POST", "HEAD", 1), func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") }, 200, ""},
		{"panic", post, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(204)
			panic(r.Header.Get("Authorization"))
		}, 500, "a bug in the handler"},
		{"abort", post, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 500, "a bug in the handler"},
		{"no such status", post, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(0) }, 500, "a bug in the handler"},
		{"first of all statuses", post, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(100) }, 200, ""},
		{"last of all statuses", post, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(999) }, 999, ""},
		{"below all statuses", post, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(99) }, 500, "a bug in the handler"},
		{"above all statuses", post, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(1000) }, 500, "a bug in the handler"},
		{"no method", strings.Replace(post, "POST", "", 1), nil, 400, "no method"},
		{"bad method", strings.Replace(post, "POST", "a b", 1), nil, 400, "a b"},
		{"bad base64", strings.Replace(post, `"body"`, `"isBase64Encoded":true,"body"`, 1), nil, 400, "base64"},
	} {
		a, raw := serve(t, c.event, c.h)
		if a.StatusCode != c.status || !strings.Contains(a.Body, c.body) || c.body == "" && a.Body != "" {
			t.Errorf("%s: %s, want %d %q", c.name, raw, c.status, c.body)
		}
		if strings.Contains(raw, "s3cr3t") || !strings.Contains(raw, `"headers":{`) {
			t.Errorf("%s: %s", c.name, raw)
		}
	}
}

func TestHeadersAreThoseOfTheStatus(t *testing.T) {
	a, raw := serve(t, post, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Before", "1")
		io.WriteString(w, "<b>&")
		w.Header().Set("X-After", "1")
	})
	if a.Headers["X-Before"] != "1" || a.Headers["X-After"] != "" || a.Headers["Content-Type"] != "text/html; charset=utf-8" || !strings.Contains(raw, `"<b>&"`) {
		t.Error(raw)
	}
}

// An answer has no members for what it does not contain: no media type without a body, no list without repeated headers.
func TestAnswersHaveNothingOfTheirOwn(t *testing.T) {
	for event, want := range map[string]string{
		post: `{"statusCode":200,"headers":{"X-One":"1"},"body":"","isBase64Encoded":false}`,
		`{"path":"/","httpMethod":"POST","headers":{},"requestContext":{"stage":"in"},"body":null,"isBase64Encoded":false}`: `{"statusCode":200,"headers":{"X-One":"1"},"body":"","isBase64Encoded":false}`,
	} {
		if _, raw := serve(t, event, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-One", "1") }); raw != want {
			t.Errorf("%s is answered with\n%s, want\n%s", event, raw, want)
		}
	}
}

func TestEachCookieHasAName(t *testing.T) {
	var list []string
	for i := range 300 {
		list = append(list, fmt.Sprint("c=", i))
	}
	named := cookies(list)
	if len(named) != len(list) || named["Set-Cookie"] != "c=0" {
		t.Errorf("%d names", len(named))
	}
	for name := range named {
		if !strings.EqualFold(name, "set-cookie") {
			t.Errorf("name %q", name)
		}
	}
}

// FuzzServe: no payload panics, each answer is JSON with a status, and an echoed body comes back byte for byte.
func FuzzServe(f *testing.F) {
	for _, c := range shapeTests {
		f.Add([]byte(c.event))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		s := anyShape(payload)
		if s == nil {
			return
		}
		var body []byte
		served := false
		raw := s.Serve(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			served = true
			body, _ = io.ReadAll(r.Body)
			if int64(len(body)) != r.ContentLength || r.URL.Path == "" || r.URL.Path[0] != '/' {
				t.Errorf("length %d of %d bytes, path %q", r.ContentLength, len(body), r.URL.Path)
			}
			w.Header()["X-Echo"] = r.Header["X-Many"]
			if r.Method != http.MethodHead {
				w.Write(body)
			}
		}), payload)
		var a answer
		if err := json.Unmarshal(raw, &a); err != nil || a.StatusCode < 200 || !utf8.Valid(raw) && utf8.Valid(payload) {
			t.Fatalf("%s: %v", raw, err)
		}
		if !served {
			return
		}
		if a.IsBase64Encoded {
			decoded, err := base64.StdEncoding.DecodeString(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			a.Body = string(decoded)
		}
		if r, _ := s.Request(t.Context(), payload); r.Method != http.MethodHead && a.Body != string(body) {
			t.Errorf("%q comes back as %q", body, a.Body)
		}
	})
}
