package inlet

import (
	"errors"
	"net/http"
	"strings"
)

// openBasic accepts a request that has one of the secrets, each user:password.
// https://www.rfc-editor.org/rfc/rfc7617
func openBasic(in input) (checks, error) {
	for _, s := range in.secrets {
		if user, password, ok := strings.Cut(s, ":"); !ok || user == "" || password == "" {
			return checks{}, errors.New("a secret of verify: basic must be user:password")
		}
	}
	b := NewBearer(in.secrets)
	check := func(r *http.Request) error {
		user, password, ok := r.BasicAuth()
		if !ok || len(r.Header["Authorization"]) != 1 {
			return rejected("want one Authorization header of scheme Basic")
		}
		return b.checkToken(user + ":" + password)
	}
	return checks{head: check, login: "Basic"}, nil
}
