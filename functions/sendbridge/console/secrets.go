package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// hidden replaces a secret.
const hidden = "…"

// A header is one header of a request.
type header struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Hidden bool   `json:"hidden,omitempty"`
}

// headersOf lists headers by name and hides credentials. People share screens, and until its time is over a signature
// with its body is worth as much as a token.
func headersOf(h http.Header) []header {
	list := []header{}
	for name, values := range h {
		for _, value := range values {
			if secret := isSecret(name); secret {
				list = append(list, header{name, hidden, true})
			} else {
				list = append(list, header{name, text(value), false})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// isSecret decides by the name of a header or a parameter. Senders use hundreds of names, so it searches for parts of
// them.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"auth", "cookie", "token", "secret", "signature", "password", "passwd", "credential", "api-key", "apikey", "access-key", "hmac", "-sign", "jwt", "session"},
		func(part string) bool { return strings.Contains(name, part) }) || name == "sign" || name == "key" || name == "code" || name == "sig"
}

// masked returns a path and its query without the query's secrets.
func masked(target string) string {
	path, query, ok := strings.Cut(target, "?")
	if !ok {
		return target
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		if decoded, err := url.QueryUnescape(name); err != nil || isSecret(decoded) {
			parts[i] = name + "=" + hidden
		}
	}
	return path + "?" + strings.Join(parts, "&")
}
