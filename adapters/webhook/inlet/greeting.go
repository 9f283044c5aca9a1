package inlet

import (
	"net/http"
	"net/url"
	"strings"

	"sendbridge/internal/charset"
)

// metaGreeting returns the challenge to a sender with the verify token, which is one of the inlet's secrets.
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validating-verification-requests
func metaGreeting(r *http.Request, _ []byte, secrets []string) (reply Reply, ok bool) {
	q := r.URL.Query()
	given := q.Get("hub.challenge")
	if r.Method != http.MethodGet || q.Get("hub.mode") != "subscribe" || given == "" || NewBearer(secrets).checkToken(q.Get("hub.verify_token")) != nil {
		return Reply{}, false
	}
	return Reply{Text: given}, true
}

// headGreeting answers a sender that checks whether the address exists.
// https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/#creating-a-webhook
func headGreeting(r *http.Request, _ []byte, _ []string) (reply Reply, ok bool) {
	return Reply{}, r.Method == http.MethodHead
}

// echoGreeting returns the challenge of a query, as Adobe I/O and Dropbox require.
// https://developer.adobe.com/events/docs/guides/
func echoGreeting(r *http.Request, _ []byte, _ []string) (reply Reply, ok bool) {
	given := r.URL.Query().Get("challenge")
	return Reply{Text: given}, r.Method == http.MethodGet && given != "" && len(given) <= maxEcho
}

// maxEcho limits what an unauthenticated sender can make the inlet repeat.
const maxEcho = 1024

// wooGreeting accepts the unsigned ping that WooCommerce sends when a webhook is saved: a form with the webhook's number.
// https://woocommerce.com/document/webhooks/
func wooGreeting(r *http.Request, body []byte, _ []string) (reply Reply, ok bool) {
	if r.Method != http.MethodPost || len(r.Header.Values("X-WC-Webhook-Signature")) > 0 || !charset.IsForm(r.Header.Get("Content-Type")) {
		return Reply{}, false
	}
	form, err := url.ParseQuery(string(body))
	number := form.Get("webhook_id")
	return Reply{}, err == nil && len(form) == 1 && len(form["webhook_id"]) == 1 && number != "" && strings.Trim(number, "0123456789") == ""
}
