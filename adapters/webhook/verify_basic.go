package webhook

import (
	"errors"
	"net/http"
	"strings"
)

// newBasic lets in who gives one of the secrets, each user:password.
// https://www.rfc-editor.org/rfc/rfc7617
func newBasic(secrets []string) (verifier, error) {
	for _, s := range secrets {
		if user, password, ok := strings.Cut(s, ":"); !ok || user == "" || password == "" {
			return verifier{}, errors.New("a secret of verify: basic is user:password")
		}
	}
	b := newBearer(secrets)
	check := func(r *http.Request) error {
		user, password, ok := r.BasicAuth()
		if !ok || len(r.Header["Authorization"]) != 1 {
			return unproven("not one Authorization header of scheme Basic")
		}
		return b.checkToken(user + ":" + password)
	}
	return verifier{head: check, login: "Basic"}, nil
}
