package main

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"golang.org/x/sync/errgroup"

	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onstest"
	"sendbridge/functions"
	"sendbridge/functions/sendbridge/console"
	"sendbridge/functions/tracing"
)

type devCommand struct {
	HTTP       string        `name:"http" default:"127.0.0.1:8080" help:"The address that receives CloudEvents."`
	API        string        `name:"api" default:"127.0.0.1:8081" help:"The address of the API's emulator."`
	MQTT       string        `name:"mqtt" default:"127.0.0.1:1883" help:"The address of the MQTT broker."`
	Console    string        `name:"console" default:"127.0.0.1:8082" help:"The address of the console, a web page that shows each event and message; off disables it."`
	Rules      string        `type:"path" help:"The rules file. Without one, each event goes to the topic events/<type>."`
	Edit       bool          `help:"Allow the console to save the rules file."`
	Cases      string        `type:"path" help:"The file of rule tests that the console appends to."`
	NoSample   bool          `help:"Don't send the sample event."`
	QPS        int           `name:"qps" default:"1000" help:"Calls per second that the emulator accepts from the account; 0 means no limit."`
	AddressQPS int           `name:"address-qps" default:"300" help:"Calls per second from one IP address; the emulator blocks an address that exceeds it. 0 means no limit."`
	TLS        bool          `name:"tls" help:"Serve the emulator over HTTPS, which some credential clients require. The certificate is made at start."`
	Auth       bool          `help:"Accept only devices that authenticate as the product requires: client ID GroupID@@@DeviceID, user name and password by signature."`
	Block      time.Duration `default:"60s" help:"How long an address stays blocked after it exceeded --address-qps."`
}

// The device that dev prints credentials for with --auth.
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
	defer d.tracer.Close(ctx)
	d.announce(t)
	ctx, stop := untilSignal(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.app.Serve(ctx, d.http) })
	group.Go(func() error { return functions.ServeUntil(ctx, d.api, here(d.emulator)) })
	if d.insecure != nil {
		group.Go(func() error { return functions.ServeUntil(ctx, d.insecure, here(d.emulator)) })
	}
	if d.page != nil {
		group.Go(func() error { return functions.ServeUntil(ctx, d.console, here(d.page)) })
		group.Go(func() error { d.page.Run(ctx); return nil })
	}
	if c.Rules != "" {
		group.Go(func() error { return watchFile(ctx, c.Rules, d.app.Rules().Source, d.take()) })
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

// A stack holds everything that dev runs in one process.
type stack struct {
	app      *functions.App
	rules    *console.LiveRules
	lines    *trace
	emulator *onstest.Handler
	broker   broker
	traffic  *console.Traffic // nil without a console
	page     *console.Console // nil without a console
	tracer   *tracing.Tracer  // nil unless the environment has an endpoint for traces

	http, api, mqtt, console net.Listener

	secure   secure       // the listener of api with --tls
	insecure net.Listener // the emulator without TLS for dev's own calls, with --tls
	login    string       // the flags with which mosquitto_sub logs in, with --auth
}

// start listens on every address before anything runs, so that an address in use ends the command at once.
func (c *devCommand) start(t terminal) (_ *stack, err error) {
	d := &stack{lines: &trace{out: t.out}}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if err = c.listen(d); err != nil {
		return d, err
	}
	if d.console != nil {
		d.traffic = console.NewTraffic(func() functions.Rules { return d.app.Rules() })
	}
	quota := onstest.Quota{Account: c.QPS, Address: c.AddressQPS, Block: c.Block}
	d.emulator = onstest.New(&onstest.Options{Publish: func(m onstest.Message) error { return d.broker.publish(m) }, Quota: &quota})
	if err = c.startBroker(d); err != nil {
		return d, err
	}
	own, err := c.secureAPI(d)
	if err != nil {
		return d, fmt.Errorf("--tls: %w", err)
	}
	if d.app, err = c.app(d, own, t); err != nil {
		return d, err
	}
	d.rules = console.NewLiveRules(d.app, c.Rules, c.Edit)
	if d.console != nil {
		d.page, err = c.newConsole(d, quota, t)
	}
	return d, err
}

// listen opens the address of each flag.
func (c *devCommand) listen(d *stack) (err error) {
	for _, l := range []struct {
		at      string
		flag    string
		address *net.Listener
	}{{c.HTTP, "--http", &d.http}, {c.API, "--api", &d.api}, {c.MQTT, "--mqtt", &d.mqtt}} {
		if *l.address, err = net.Listen("tcp", l.at); err != nil {
			return fmt.Errorf("%s: %w", l.flag, err)
		}
	}
	if d.console, err = listenConsole(c.Console); err != nil {
		return fmt.Errorf("--console: %w", err)
	}
	return nil
}

// startBroker starts the broker. With --auth the emulator checks the devices that connect.
func (c *devCommand) startBroker(d *stack) (err error) {
	var check func(clientID, user, password string) error
	if c.Auth {
		check = d.emulator.CheckDevice
		d.login = fmt.Sprintf(" -i '%s' -u '%s' -P '%s'", sampleDevice, sampleUser, onstest.DevicePassword(sampleDevice, onstest.AccessKeySecret))
	}
	d.broker, err = startBrokerFor(d.mqtt, check, d.traffic)
	return err
}

// secureAPI gives the emulator TLS with --tls. It returns the emulator's address for dev's own calls, which have none.
func (c *devCommand) secureAPI(d *stack) (own string, err error) {
	if !c.TLS {
		return d.api.Addr().String(), nil
	}
	if d.secure, err = newSecure(d.api); err != nil {
		return "", err
	}
	if d.insecure, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return "", err
	}
	d.api = d.secure
	return d.insecure.Addr().String(), nil
}

// config reads the environment's settings. It overrides those that name an instance, an endpoint, credentials, rules or
// a dead-letter sink: dev sends nothing to other machines.
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
	for _, name := range []string{"REGION", "TOKEN", "TOPIC", "RULES", "RULES_FILE", "DEAD_LETTER", "DEAD_LETTER_TOKEN", "CREDENTIALS", "REDIS", "FLEET_RATE", "ADDRESS"} {
		own = append(own, "SENDBRIDGE_"+name+"=")
	}
	return functions.Load(append(slices.Clone(t.environ), own...))
}

// app builds the application as functions/http does, with the emulator as its endpoint.
func (c *devCommand) app(d *stack, api string, t terminal) (*functions.App, error) {
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
	role, err := roleOf(api)
	if err != nil {
		return nil, err
	}
	environ, log := env.ToMap(t.environ), slog.New(withoutEvents{functions.OpenLog(t.err, &config).Handler()})
	if d.tracer, err = tracing.FromEnvironment(context.Background(), environ, log); err != nil {
		return nil, err
	}
	return functions.New(config, rules, functions.Parts{
		Credentials: role,
		Environ:     environ,
		Log:         log,
		Tally:       new(bridge.Tally),
		Observe:     bridge.Observers(d.observe(), d.tracer.Observe),
		Trace:       d.tracer.Trace(),
		Wrap:        d.wrap,
		KeepTries:   true,
		Details:     true,

		KeepPayloads: true,
	})
}

// roleOf returns credentials of the emulator's role. They expire and can be revoked, like those of a deployed function.
func roleOf(api string) (*credential.Source, error) {
	return credential.Open(credential.KindRAMRoleARN, map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID":     onstest.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET": onstest.AccessKeySecret,
		"ALIBABA_CLOUD_ROLE_ARN":          onstest.Role{Name: onstest.RoleName}.ARN(),
		"ALIBABA_CLOUD_STS_ENDPOINT":      "http://" + api,
	}, nil)
}

// take returns a function that applies a saved rules file and prints what changed or what is wrong.
func (d *stack) take() func(src []byte, err error) {
	return func(src []byte, err error) {
		diff, err := d.rules.Take(src, err)
		now := d.rules.Now()
		if err != nil {
			d.lines.printf("rules not reloaded, %s stay in force:\n%v\n", now.Hash, err)
			return
		}
		d.lines.printf("rules reloaded: %s (%s), changes: %s\n", now.From, now.Hash, diff)
	}
}

// close ends what start has started.
func (d *stack) close() {
	if d.broker.server != nil {
		_ = d.broker.close()
	}
	for _, l := range []net.Listener{d.http, d.api, d.mqtt, d.insecure, d.console} {
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
	if d.console != nil {
		fmt.Fprintf(t.out, "console   http://%s/   open it in a browser: it shows each event and its messages, a playground for rules, and faults to inject\n", d.console.Addr())
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
