package inlet

import "net/http"

var tokenKeys = []key{{name: "header", want: "write the name of the header that has the token", read: readText}}

// openToken takes one of the secrets in a header of the sender's own.
func openToken(in input) (checks, error) {
	b, header := NewBearer(in.secrets), in.settings.text("header")
	return checks{head: func(r *http.Request) error {
		token, err := onlyHeader(r.Header, header)
		if err != nil {
			return err
		}
		if b.checkToken(token) != nil {
			return unproven("unknown token")
		}
		return nil
	}}, nil
}
