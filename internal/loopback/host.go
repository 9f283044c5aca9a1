package loopback

import (
	"net"
	"net/http"
	"strings"
)

// Only returns a handler that calls next for requests whose Host header names this machine, and refuse for all others.
// Otherwise a web page whose owner makes its name resolve to 127.0.0.1 could read what is served there, because for the
// browser both have the same origin. The Host header contains the page's name.
func Only(next, refuse http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Is(hostOf(r.Host)) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf returns a Host header without its port.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	return strings.ToLower(host)
}
