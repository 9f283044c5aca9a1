package inlet_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// Whoever checks an address does not authenticate, so only the documented request is answered, with nothing but its own
// text.
func TestGreetings(t *testing.T) {
	const meta = "hub.mode=subscribe&hub.challenge=c&hub.verify_token=second"
	const signature = "X-Wc-Webhook-Signature"
	for name, c := range map[string]struct {
		challenge, method, query, body string
		headers                        []string
		ok                             bool
		want                           string
	}{
		"meta":                          {challenge: "meta", method: "GET", query: meta, ok: true, want: "c"},
		"meta, posted":                  {challenge: "meta", method: "POST", query: meta},
		"meta, another mode":            {challenge: "meta", method: "GET", query: strings.Replace(meta, "subscribe", "unsubscribe", 1)},
		"meta, no challenge":            {challenge: "meta", method: "GET", query: strings.Replace(meta, "challenge=c", "challenge=", 1)},
		"meta, another token":           {challenge: "meta", method: "GET", query: strings.Replace(meta, "second", "third", 1)},
		"meta, no token":                {challenge: "meta", method: "GET", query: "hub.mode=subscribe&hub.challenge=c"},
		"trello":                        {challenge: "trello", method: "HEAD", ok: true},
		"trello, read":                  {challenge: "trello", method: "GET"},
		"echo":                          {challenge: "echo", method: "GET", query: "challenge=c+1", ok: true, want: "c 1"},
		"echo, posted":                  {challenge: "echo", method: "POST", query: "challenge=c"},
		"echo, nothing to repeat":       {challenge: "echo", method: "GET", query: "challenge="},
		"echo, 1024 bytes":              {challenge: "echo", method: "GET", query: "challenge=" + strings.Repeat("c", 1024), ok: true, want: strings.Repeat("c", 1024)},
		"echo, 1025 bytes":              {challenge: "echo", method: "GET", query: "challenge=" + strings.Repeat("c", 1025)},
		"woocommerce":                   {challenge: "woocommerce", method: "POST", body: "webhook_id=12", headers: []string{form}, ok: true},
		"woocommerce, put":              {challenge: "woocommerce", method: "PUT", body: "webhook_id=12", headers: []string{form}},
		"woocommerce, signed":           {challenge: "woocommerce", method: "POST", body: "webhook_id=12", headers: []string{form, signature + ": AAAA"}},
		"woocommerce, not a form":       {challenge: "woocommerce", method: "POST", body: "webhook_id=12", headers: []string{"Content-Type: text/plain"}},
		"woocommerce, more fields":      {challenge: "woocommerce", method: "POST", body: "webhook_id=12&a=b", headers: []string{form}},
		"woocommerce, another field":    {challenge: "woocommerce", method: "POST", body: "id=12", headers: []string{form}},
		"woocommerce, two numbers":      {challenge: "woocommerce", method: "POST", body: "webhook_id=12&webhook_id=13", headers: []string{form}},
		"woocommerce, no number":        {challenge: "woocommerce", method: "POST", body: "webhook_id=", headers: []string{form}},
		"woocommerce, a word":           {challenge: "woocommerce", method: "POST", body: "webhook_id=12a", headers: []string{form}},
		"woocommerce, a broken form":    {challenge: "woocommerce", method: "POST", body: "webhook_id=12&%zz", headers: []string{form}},
		"woocommerce, nothing":          {challenge: "woocommerce", method: "POST", headers: []string{form}},
		"of a sender that does not ask": {challenge: "slack", method: "GET", query: "challenge=c"},
	} {
		t.Run(name, func(t *testing.T) {
			i := open(t, "{verify: bearer, secretEnv: S, type: t, challenge: "+c.challenge+"}", []string{"first", "second"}, inlet.Options{})
			r := httptest.NewRequest(c.method, (&url.URL{Path: "/in/in", RawQuery: c.query}).String(), nil)
			r.Header = post("", c.headers...).Header
			reply, ok := i.Greet(r, []byte(c.body))
			if ok != c.ok || reply.JSON != nil || ok && reply.Text != c.want {
				t.Errorf("greeted: %t, %+v", ok, reply)
			}
		})
	}
	silent := open(t, "{verify: bearer, secretEnv: S, type: t}", []string{"k"}, inlet.Options{})
	if _, ok := silent.Greet(httptest.NewRequest(http.MethodGet, "/in/in?challenge=c", nil), nil); ok {
		t.Error("an inlet without questions greets")
	}
}
