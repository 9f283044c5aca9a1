package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

const doorRules = `rules:
  - name: door
    pattern: {type: [com.example.door], data: {open: [true]}}
    topic: site/${$.data.site}/door
    payload: {template: '{"at": "${$.id}", "open": ${$.data.open}}'}
  - name: heartbeat
    pattern: {type: ["fc:Timer:Triggered"]}
    topic: site/heartbeat
    payload: {constant: alive}
`

func door(id string) string {
	return `{"specversion":"1.0","id":"` + id + `","source":"/front-door","type":"com.example.door","data":{"open":true,"site":"north"}}`
}

// direct calls a handler without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("connection reset by peer")
		}
	}()
	w := httptest.NewRecorder()
	r = r.Clone(r.Context())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.RemoteAddr, r.RequestURI = "127.0.0.1:1", r.URL.RequestURI()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

// newTestConsole returns a console whose app reads its rules from dir/rules.yaml.
func newTestConsole(t *testing.T, change ...func(dir string, p *Parts)) *Console {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "rules.yaml")
	if err := os.WriteFile(file, []byte(doorRules), 0o640); err != nil {
		t.Fatal(err)
	}
	config, err := functions.Load([]string{"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := functions.RulesFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := Parts{Emulator: onstest.New(nil), Quota: onstest.DefaultQuota(), Events: "http://127.0.0.1:8080/"}
	var app *functions.App
	p.Traffic = NewTraffic(func() functions.Rules { return app.Rules() })
	app, err = functions.New(config, rules, functions.Parts{
		Credentials: credential.Fixed(credential.KindAccessKey, onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret}),
		Transport:   direct{p.Emulator},
		Log:         slog.New(slog.DiscardHandler),
		Tally:       new(bridge.Tally),
		Observe:     p.Traffic.Observe, KeepTries: true, KeepPayloads: true, Wrap: p.Traffic.Record, Details: true,
		Environ: map[string]string{"TOKEN": "s3cr3t-token"},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Rules = NewLiveRules(app, file, false)
	p.Rate, p.Breaker, p.Forget, p.Handler = app.Rate, app.Breaker, app.Bridge.Forget, app.Handler()
	p.Decode = func(s Sample, _ functions.Rules) ([]core.Record, error) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(s.Payload))
		r.Header.Set("Content-Type", mediaTypeOf(s.Payload))
		return webhook.Decode(r)
	}
	for _, set := range change {
		set(dir, &p)
	}
	c, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// postEvent posts an event to dev's handler and returns the status.
func (c *Console) postEvent(t *testing.T, target, body string, headers ...string) int {
	t.Helper()
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/cloudevents+json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.Handler.ServeHTTP(w, r)
	return w.Code
}

// ask calls the console as its page does.
func (c *Console) ask(t *testing.T, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	c.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body)))
	return w
}

func (c *Console) detailAt(t *testing.T, seq int) detail {
	t.Helper()
	return decode[detail](t, c.ask(t, "GET", fmt.Sprint("/api/events/", seq), ""))
}
