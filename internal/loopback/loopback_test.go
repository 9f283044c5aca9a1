package loopback_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"sendbridge/internal/loopback"
)

func TestIs(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.8.8": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "192.168.1.1": false, "example.com": false,
		"localhost.example.com": false, "127.0.0.1.example.com": false, "127.1": false, "127.0.0.1:80": false, "::1%lo": false,
	} {
		if got := loopback.Is(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

func TestOnly(t *testing.T) {
	status := func(code int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	h := loopback.Only(status(200), status(403))
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LocalHost:8080": 200, "127.0.0.1": 200, "127.0.0.1:8080": 200, "[::1]": 200, "[::1]:8080": 200,
		"": 403, "evil.example": 403, "evil.example:8080": 403, "127.0.0.1.evil.example": 403, "localhost.evil.example:80": 403, "192.168.0.7:8080": 403,
		"localhost.": 403, "127.0.0.1:80:80": 403, "[::1": 200, "evil.example@localhost": 403,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q is answered %d, want %d", host, w.Code, want)
		}
	}
}
