package loopback

import (
	"net"
	"net/http"
	"strings"
)

// Only returns a handler that serves by next what is asked of this machine by one of its own names, and everything else by
// refuse. Without it a page of anywhere, whose name its owner makes resolve to 127.0.0.1, reads what is served there: to
// the browser both are the same origin. The name in the Host header is the page's.
func Only(next, refuse http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Is(hostOf(r.Host)) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf is a Host header without its port.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	return strings.ToLower(host)
}
