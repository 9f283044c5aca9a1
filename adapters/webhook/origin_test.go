package webhook_test

import (
	"testing"

	"sendbridge/adapters/webhook"
)

func TestHandshake(t *testing.T) {
	list := []string{"eventgrid.example", "Other.Example", "sink.example", ""}
	for _, c := range []struct {
		name    string
		allowed []string
		rate    int
		headers []string
		status  int
		origin  string // WebHook-Allowed-Origin
		granted string // WebHook-Allowed-Rate
	}{
		{"any origin", nil, 0, []string{"WebHook-Request-Origin: a.example"}, 200, "*", "*"},
		{"any origin, said so", []string{"a.example", "*"}, 0, []string{"WebHook-Request-Origin: b.example"}, 200, "*", "*"},
		{"allowed", list, 0, []string{"WebHook-Request-Origin: eventgrid.example"}, 200, "eventgrid.example", "*"},
		{"as the sender writes it", list, 0, []string{"WebHook-Request-Origin: OTHER.example"}, 200, "OTHER.example", "*"},
		{"rate", list, 120, []string{"WebHook-Request-Origin: other.example", "WebHook-Request-Rate: 1000"}, 200, "other.example", "120"},
		{"rate not asked for", nil, 120, []string{"WebHook-Request-Origin: a.example"}, 200, "*", "120"},
		{"callback is not an origin", list, 0, []string{"WebHook-Request-Callback: http://127.0.0.1:1/"}, 400, "", ""},
		{"callback is not called", list, 0, []string{"WebHook-Request-Origin: other.example", "WebHook-Request-Callback: http://127.0.0.1:1/"}, 200, "other.example", "*"},
		{"no origin", nil, 0, nil, 400, "", ""},
		{"a browser's preflight", nil, 0, []string{"Origin: https://a.example", "Access-Control-Request-Method: POST"}, 400, "", ""},
		{"two origins", nil, 0, []string{"WebHook-Request-Origin: a.example", "WebHook-Request-Origin: b.example"}, 400, "", ""},
		{"another", list, 0, []string{"WebHook-Request-Origin: a.example"}, 403, "", ""},
		{"starts with an allowed one", list, 0, []string{"WebHook-Request-Origin: eventgrid.example.evil.test"}, 403, "", ""},
		{"ends with an allowed one", list, 0, []string{"WebHook-Request-Origin: evil.eventgrid.example"}, 403, "", ""},
		{"beginning of an allowed one", list, 0, []string{"WebHook-Request-Origin: eventgrid"}, 403, "", ""},
		{"looks like an allowed one", list, 0, []string{"WebHook-Request-Origin: ſink.example"}, 403, "", ""},
		{"asterisk", list, 0, []string{"WebHook-Request-Origin: *"}, 403, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHandler(nil, webhook.Options{AllowedOrigins: c.allowed, AllowedRate: c.rate, Tokens: []string{"not wanted here"}})
			r := newRequest("", c.headers...)
			r.Method = "OPTIONS"
			w := answerTo(h, r)
			if w.Code != c.status || w.Header().Get("Allow") != "POST, OPTIONS" {
				t.Errorf("status %d, Allow %q", w.Code, w.Header().Get("Allow"))
			}
			if got := w.Header().Get("WebHook-Allowed-Origin"); got != c.origin {
				t.Errorf("allowed origin %q, want %q", got, c.origin)
			}
			if got := w.Header().Get("WebHook-Allowed-Rate"); got != c.granted {
				t.Errorf("allowed rate %q, want %q", got, c.granted)
			}
			if c.status != 200 {
				problemOf(t, w)
			}
		})
	}
}

// TestOriginOfDelivery: an origin that the handshake rejects is rejected in POST, too.
func TestOriginOfDelivery(t *testing.T) {
	list := []string{"eventgrid.example", "https://console.example", ""}
	for _, c := range []struct {
		name    string
		allowed []string
		headers []string
		status  int
	}{
		{"any", nil, []string{"WebHook-Request-Origin: a.example"}, 204},
		{"any, none stated", []string{"*"}, nil, 204},
		{"allowed", list, []string{"WebHook-Request-Origin: EventGrid.example"}, 204},
		{"allowed, in the older header", list, []string{"Origin: eventgrid.example"}, 204},
		{"a browser's, with its scheme", list, []string{"Origin: https://console.example"}, 204},
		{"refused", list, []string{"WebHook-Request-Origin: a.example"}, 403},
		{"starts with an allowed one", list, []string{"WebHook-Request-Origin: eventgrid.example.evil.test"}, 403},
		{"refused, in the older header", list, []string{"Origin: https://evil.test"}, 403},
		{"one of two refused", list, []string{"WebHook-Request-Origin: eventgrid.example", "Origin: https://evil.test"}, 403},
		{"one of two refused, same header", list, []string{"WebHook-Request-Origin: eventgrid.example", "WebHook-Request-Origin: a.example"}, 403},
		{"none stated", list, nil, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHandler(sendAll, webhook.Options{AllowedOrigins: c.allowed})
			w := answerTo(h, newRequest("", binaryHeaders(c.headers...)...))
			if w.Code != c.status {
				t.Fatalf("status %d, want %d", w.Code, c.status)
			}
			if c.status == 403 && problemOf(t, w).Code != "OriginNotAllowed" {
				t.Error(w.Body)
			}
		})
	}
}

// TestEmptyOrigin: an empty entry of the list is a wrong setting and matches no origin.
func TestEmptyOrigin(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{AllowedOrigins: []string{""}})
	r := newRequest("", binaryHeaders()...)
	r.Header.Set("WebHook-Request-Origin", "")
	if w := answerTo(h, r); w.Code != 403 {
		t.Errorf("status %d", w.Code)
	}
}
