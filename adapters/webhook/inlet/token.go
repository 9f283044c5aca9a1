package inlet

import "net/http"

var tokenKeys = []key{{name: "header", want: "write the name of the header that contains the token", read: readText}}

// openToken accepts one of the secrets in a header that the sender chose.
func openToken(in input) (checks, error) {
	b, header := NewBearer(in.secrets), in.settings.text("header")
	return checks{head: func(r *http.Request) error {
		token, err := onlyHeader(r.Header, header)
		if err != nil {
			return err
		}
		if b.checkToken(token) != nil {
			return rejected("unknown token")
		}
		return nil
	}}, nil
}
