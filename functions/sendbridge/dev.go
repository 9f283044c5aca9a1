package main

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"golang.org/x/sync/errgroup"

	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
	"sendbridge/functions"
	"sendbridge/internal/loopback"
)

type devCommand struct {
	HTTP       string        `name:"http" default:"127.0.0.1:8080" help:"Where CloudEvents are taken."`
	API        string        `name:"api" default:"127.0.0.1:8081" help:"Where the emulator of the API listens."`
	MQTT       string        `name:"mqtt" default:"127.0.0.1:1883" help:"Where the broker listens."`
	Rules      string        `type:"path" help:"The rules file; without one every event goes to events/<type>."`
	NoSample   bool          `help:"Don't send the sample event."`
	QPS        int           `name:"qps" default:"1000" help:"Calls a second that the emulator takes from the account; 0 for no limit."`
	AddressQPS int           `name:"address-qps" default:"300" help:"Calls a second from one address, beyond which it is blocked; 0 for no limit."`
	TLS        bool          `name:"tls" help:"Serve the emulator over HTTPS, for credential clients that speak nothing else, with a certificate made at start."`
	Auth       bool          `help:"Let devices connect to the broker only as the product does: client id GroupID@@@DeviceID, user and password by signature."`
	Block      time.Duration `default:"60s" help:"How long an address stays blocked."`
}

// A device that may connect with --auth.
const (
	sampleDevice = "GID_dev@@@device1"
	sampleUser   = "Signature|" + onstest.AccessKeyID + "|" + onstest.Instance
)

//go:embed dev.yaml
var devRules []byte

func (c *devCommand) Run(ctx context.Context, t terminal) error {
	d, err := c.start(t)
	if err != nil {
		return err
	}
	defer d.secure.close()
	d.announce(t)
	ctx, stop := untilSignal(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.app.Serve(ctx, d.http) })
	group.Go(func() error { return functions.ServeUntil(ctx, d.api, here(d.emulator)) })
	if d.plain != nil {
		group.Go(func() error { return functions.ServeUntil(ctx, d.plain, here(d.emulator)) })
	}
	if c.Rules != "" {
		group.Go(func() error { return watchFile(ctx, c.Rules, d.app.Rules().Source, d.take(c.Rules)) })
	}
	group.Go(func() error {
		<-ctx.Done()
		return d.broker.close()
	})
	if !c.NoSample && d.takesSample() {
		group.Go(func() error { return d.sample(ctx, t) })
	}
	return group.Wait()
}

// A stack is everything that dev runs, in one process.
type stack struct {
	app             *functions.App
	lines           *trace
	emulator        *onstest.Handler
	broker          broker
	http, api, mqtt net.Listener
	secure          secure       // api with --tls
	plain           net.Listener // the emulator for dev's own calls, with --tls
	login           string       // what a device connects with, with --auth
}

// start listens on every address before anything runs, so that one in use ends it at once.
func (c *devCommand) start(t terminal) (_ *stack, err error) {
	d := &stack{}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	for _, l := range []struct {
		at      string
		flag    string
		address *net.Listener
	}{{c.HTTP, "--http", &d.http}, {c.API, "--api", &d.api}, {c.MQTT, "--mqtt", &d.mqtt}} {
		if *l.address, err = net.Listen("tcp", l.at); err != nil {
			return d, fmt.Errorf("%s: %w", l.flag, err)
		}
	}
	d.emulator = onstest.New(&onstest.Options{
		Publish: func(topic string, payload []byte) error { return d.broker.publish(topic, payload) },
		Quota:   &onstest.Quota{Account: c.QPS, Address: c.AddressQPS, Block: c.Block},
	})
	var check func(clientID, user, password string) error
	if c.Auth {
		check = d.emulator.CheckDevice
		d.login = fmt.Sprintf(" -i '%s' -u '%s' -P '%s'", sampleDevice, sampleUser, onstest.DevicePassword(sampleDevice, onstest.AccessKeySecret))
	}
	if d.broker, err = startBrokerFor(d.mqtt, check); err != nil {
		return d, err
	}
	own := d.api // where dev's own calls go
	if c.TLS {
		if d.secure, err = newSecure(d.api); err != nil {
			return d, fmt.Errorf("--tls: %w", err)
		}
		if d.plain, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return d, fmt.Errorf("--tls: %w", err)
		}
		d.api, own = d.secure, d.plain
	}
	d.lines = &trace{out: t.out}
	d.app, err = c.app(own.Addr().String(), d.lines, t)
	return d, err
}

// config has the environment's settings, but for those that say where messages, dead letters and requests come from or go
// to: nothing of dev leaves this machine.
func (c *devCommand) config(api string, t terminal) (functions.Config, error) {
	if config, err := functions.Check(t.environ, ""); err != nil {
		return config, err
	}
	own := []string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=http://" + api,
		"SENDBRIDGE_INSECURE=true",
		"SENDBRIDGE_LISTEN=" + c.HTTP,
		"SENDBRIDGE_AUTH=none",
		"SENDBRIDGE_DRAIN=0", // Ctrl-C ends it at once
	}
	for _, name := range []string{"REGION", "TOKEN", "TOPIC", "RULES", "RULES_FILE", "DEAD_LETTER", "DEAD_LETTER_TOKEN", "CREDENTIALS"} {
		own = append(own, "SENDBRIDGE_"+name+"=")
	}
	return functions.Load(append(slices.Clone(t.environ), own...))
}

// app is wired as the HTTP handler's is, with the emulator for an endpoint.
func (c *devCommand) app(api string, lines *trace, t terminal) (*functions.App, error) {
	config, err := c.config(api, t)
	if err != nil {
		return nil, err
	}
	rules, err := functions.ParseRules("the built-in rules", devRules)
	if c.Rules != "" {
		rules, err = functions.RulesFile(c.Rules)
	}
	if err != nil {
		return nil, err
	}
	return functions.New(config, rules, functions.Parts{
		Credentials: credential.Fixed(credential.KindAccessKey, onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret}),
		Environ:     env.ToMap(t.environ),
		Log:         slog.New(withoutEvents{functions.OpenLog(t.err, &config).Handler()}),
		Tally:       new(bridge.Tally),
		Observe:     lines.observe,
		Wrap:        func(h http.Handler) http.Handler { return loopback.Only(h, refuseElsewhere) },
		KeepTries:   true,
		Details:     true,

		KeepPayloads: true,
	})
}

// take returns what applies a rules file that was saved, and says on the terminal what changed or what is wrong.
func (d *stack) take(path string) func(src []byte, err error) {
	return func(src []byte, err error) {
		var rules functions.Rules
		var diff functions.RulesDiff
		if err == nil {
			rules, err = functions.ParseRules(path, src)
		}
		if err == nil {
			diff, err = d.app.Apply(rules)
		}
		if err != nil {
			d.lines.printf("rules not reloaded, %s stay in force:\n%v\n", d.app.Rules().Hash, err)
			return
		}
		d.lines.printf("rules reloaded: %s (%s), changes: %s\n", rules.From, rules.Hash, diff)
	}
}

func (d *stack) close() {
	for _, l := range []net.Listener{d.http, d.api, d.mqtt, d.plain} {
		if l != nil {
			l.Close()
		}
	}
	d.secure.close()
}

func (d *stack) announce(t terminal) {
	host, port, _ := net.SplitHostPort(d.mqtt.Addr().String())
	scheme := "http"
	if d.secure.file != "" {
		scheme = "https"
	}
	fmt.Fprintf(t.out, `events    http://%s/
emulator  %s://%s/   not Alibaba Cloud: an emulator of ApsaraMQ for MQTT's SendMessage
broker    mqtt://%s
rules     %s (%s)
%s
Subscribe as a device:
  mosquitto_sub -h %s -p %s -v -t '#'%s
Post an event%s:
  curl -i http://%s/ -H 'Content-Type: application/cloudevents+json' -d '%s'

`, d.http.Addr(), scheme, d.api.Addr(), d.mqtt.Addr(), d.app.Rules().From, d.app.Rules().Hash, d.secure.advice(), host, port, d.login, d.aboutSample(), d.http.Addr(), strings.Replace(sampleEvent, `"id":"1"`, `"id":"2"`, 1))
}
