package webhook

import "net/http"

// bearerOrQuery takes a token in the header or, as the webhook specification wants, in the query: not in both.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#32-uri-query-parameter
func bearerOrQuery(tokens []string) func(r *http.Request) error {
	b := newBearer(tokens)
	return func(r *http.Request) error {
		given := r.URL.Query()["access_token"]
		switch {
		case len(given) == 0:
			return b.check(r.Header)
		case len(given) > 1 || r.Header.Get("Authorization") != "":
			return unproven("more than one token")
		}
		return b.checkToken(given[0])
	}
}
