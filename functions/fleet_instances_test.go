package functions_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// An instance delivers messages and returns the MsgId or an error.
type instance struct {
	deliver func(ctx context.Context, id string) (msgID string, err error)
	rate    func() float64 // the current rate; nil for an instance without one
	close   func()
}

// A place is where an instance runs: its way to the API, and to the Redis of its fleet.
type place struct {
	transport http.RoundTripper
	redis     func(ctx context.Context, address string) (net.Conn, error)
}

// rated makes real instances, with these values of SENDBRIDGE_RATE in turn.
func rated(rates ...int) func(*testing.T, int, place) instance {
	return func(t *testing.T, n int, p place) instance {
		return configured(t, p, fmt.Sprintf("SENDBRIDGE_RATE=%d", rates[n%len(rates)]))
	}
}

// sharing makes the real thing with a Redis, behind an address that has a name if they share it. No message comes twice to these
// instances, and dedup would double the test's time.
func sharing(address string) func(*testing.T, int, place) instance {
	return func(t *testing.T, _ int, p place) instance {
		return configured(t, p, "SENDBRIDGE_RATE=7", "SENDBRIDGE_REDIS=redis://redis.example", "SENDBRIDGE_ADDRESS="+address, "SENDBRIDGE_DEDUP=0")
	}
}

func configured(t *testing.T, p place, settings ...string) instance {
	app := newApp(t, p, settings...)
	return instance{func(ctx context.Context, id string) (string, error) { return deliver(ctx, app.Bridge, id) }, app.Rate, app.Close}
}

func newApp(t *testing.T, p place, settings ...string) *functions.App {
	c, err := functions.Load(append([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=http://127.0.0.1",
		"SENDBRIDGE_RULES={rules: [{topic: fleet/all, payload: {template: '${$.id}'}}]}",
	}, settings...))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := functions.LoadRules(&c, "")
	if err != nil {
		t.Fatal(err)
	}
	app, err := functions.New(c, rules, functions.Parts{
		Credentials: emulatorKey(), Transport: p.transport, RedisDial: p.redis, Log: slog.New(slog.DiscardHandler), Tally: new(bridge.Tally),
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func deliver(ctx context.Context, b *bridge.Bridge, id string) (msgID string, err error) {
	e := event.New()
	e.SetID(id)
	e.SetSource("/fleet")
	e.SetType("com.example.fleet")
	r := b.Deliver(ctx, []core.Record{{Event: e}})[0]
	if !r.Outcome.Acknowledged() {
		return "", r.Err
	}
	if len(r.Deliveries) != 1 {
		return "", nil
	}
	return r.Deliveries[0].MsgID, nil
}

// A naive client, as many people write it first: it retries every error, always after the same wait.
const (
	naiveAttempts = 4
	naiveBackoff  = 500 * time.Millisecond
)

func naive(t *testing.T, _ int, p place) instance {
	client, err := onsmqtt.New("http://127.0.0.1", onstest.Instance, emulatorKey().Credentials, &onsmqtt.Options{Transport: p.transport})
	if err != nil {
		t.Fatal(err)
	}
	return instance{close: client.CloseIdleConnections, deliver: func(ctx context.Context, id string) (string, error) {
		for i := 1; ; i++ {
			receipt, err := client.SendMessage(ctx, "fleet/all", id)
			if err == nil || i == naiveAttempts || ctx.Err() != nil {
				return receipt.MsgID, err
			}
			time.Sleep(naiveBackoff)
		}
	}}
}

// emulatorKey returns a source with the emulator's key.
func emulatorKey() *credential.Source {
	return credential.Fixed(credential.KindAccessKey, onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret})
}
