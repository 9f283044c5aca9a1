package inlet_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// The unwrapped part of a body becomes the data, and the templates read the original body.
func TestUnwrap(t *testing.T) {
	inner := base64.StdEncoding.EncodeToString([]byte(`{"t":21}`))
	for name, c := range map[string]struct {
		inlet, body, mediaType string
		id, data, err          string
	}{
		"JSON in text":        {"id: '${$.n}', unwrap: $.payload", `{"n":"7","payload":"{\"t\": 21}"}`, "application/json", "7", `{"t": 21}`, ""},
		"JSON in a form":      {"id: '${$.n}', unwrap: $.payload", `n=7&payload=%7B%22t%22%3A21%7D`, "application/x-www-form-urlencoded", "7", `{"t":21}`, ""},
		"base64":              {"id: '${$.n}', unwrap: $.m.data", `{"n":"7","m":{"data":"` + inner + `"}}`, "application/json", "7", `{"t":21}`, ""},
		"base64url, unpadded": {"id: '${$.n}', unwrap: $.d", `{"n":"7","d":"` + base64.RawURLEncoding.EncodeToString([]byte(`{"t":"??>"}`)) + `"}`, "application/json", "7", `{"t":"??>"}`, ""},
		"an object":           {"id: '${$.n}', unwrap: $.m", `{"n":"7","m":{"t":21}}`, "application/json", "7", `{"t":21}`, ""},
		"other text":          {"id: '${$.n}', unwrap: $.m", `{"n":"7","m":"door open"}`, "application/json", "7", `door open`, ""},
		"missing":             {"id: '${$.n}', unwrap: $.m", `{"n":"7"}`, "application/json", "", ``, "$.m is missing"},
		"twice":               {"id: '${$.n}', unwrap: $.m", `{"n":"7","m":"1","\u006d":"2"}`, "application/json", "", ``, "$.m is given twice"},
		"numbers of a form":   {"id: '${$.n}', unwrap: $", `n=7&curValue=95.5&ok=true&name=cpu&zip=007`, "application/x-www-form-urlencoded", "7", `{"curValue":95.5,"n":7,"name":"cpu","ok":true,"zip":"007"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			spec := specOf(t, "{verify: bearer, secretEnv: S, type: t, "+c.inlet+"}")
			record := spec.Event(post("").Header, c.mediaType, []byte(c.body))
			if c.err != "" {
				if record.Err == nil || !strings.Contains(record.Err.Error(), c.err) {
					t.Errorf("%v", record.Err)
				}
				return
			}
			if record.Err != nil || record.Event.ID() != c.id || string(record.Event.Data()) != c.data {
				t.Errorf("%v, id %s, data %s", record.Err, record.Event.ID(), record.Event.Data())
			}
		})
	}
}

// Pub/Sub's envelope provides the attributes, and its base64 becomes the data, whatever its type.
func TestPubSub(t *testing.T) {
	from := newIssuer(t)
	i := open(t, "{verify: pubsub, audience: bridge, email: push@p.example, jwks: 'https://issuer.example/keys'}", nil, inlet.Options{Transport: from, Now: at(sentAt)})
	token := from.token(t, map[string]any{"iss": "https://accounts.google.com"})
	for data, want := range map[string]string{`{"t":21}`: "application/json", "hello": "text/plain"} {
		body := `{"message":{"data":"` + base64.StdEncoding.EncodeToString([]byte(data)) + `","messageId":"5","publishTime":"2023-11-14T22:13:20Z"},"subscription":"projects/p/subscriptions/s"}`
		if _, err := enter(i, post(body, "Authorization: Bearer "+token)); err != nil {
			t.Fatal(err)
		}
		e := i.Spec().Event(post("").Header, "application/json", []byte(body)).Event
		if e.ID() != "5" || e.Source() != "//pubsub.googleapis.com/projects/p/subscriptions/s" || e.Type() != "com.google.cloud.pubsub.message" || string(e.Data()) != data || e.DataContentType() != want {
			t.Errorf("%s", e)
		}
	}
	if _, err := enter(i, post("{}", "Authorization: Bearer "+from.token(t, nil))); !isUnproven(err) {
		t.Errorf("another issuer's: %v", err)
	}
}
