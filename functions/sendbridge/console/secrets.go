package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// hidden stands for a secret.
const hidden = "…"

// A header is a line of a request.
type header struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Hidden bool   `json:"hidden,omitempty"`
}

// headersOf lists headers by name, with those that let a sender in hidden: a screen is shared, and a signature with its body
// is as good as a token until its time is over.
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

// isSecret goes by a header's or a parameter's name: senders have hundreds of them.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"auth", "cookie", "token", "secret", "signature", "password", "passwd", "credential", "api-key", "apikey", "access-key", "hmac", "-sign", "jwt", "session"},
		func(part string) bool { return strings.Contains(name, part) }) || name == "sign" || name == "key" || name == "code" || name == "sig"
}

// masked is a path with its query, without the query's secrets.
func masked(target string) string {
	path, query, ok := strings.Cut(target, "?")
	if !ok {
		return target
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err != nil || isSecret(plain) {
			parts[i] = name + "=" + hidden
		}
	}
	return path + "?" + strings.Join(parts, "&")
}
