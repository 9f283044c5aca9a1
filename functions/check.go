package functions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fleet"
	"sendbridge/core/onsmqtt"
	"sendbridge/internal/loopback"
	"sendbridge/internal/suggest"
)

// derive sets what depends on other variables of the environment.
func (l *loader) derive(c *Config) {
	if c.Listen == "" {
		switch fc, port := cmp.Or(l.environ["FC_SERVER_PORT"], l.environ["FC_CUSTOM_LISTEN_PORT"]), l.environ["PORT"]; {
		case fc != "":
			c.Listen = "0.0.0.0:" + fc
		case port != "":
			c.Listen = ":" + port
		default:
			c.Listen = "127.0.0.1:8080"
		}
	}
	if l.environ["SENDBRIDGE_DRAIN"] == "" && !l.runtime.isFunction() {
		c.Drain = 5 * time.Second
	}
	if c.Region == "" {
		c.Region = l.environ["FC_REGION"]
	}
	if l.runtime.isFunction() && l.environ["SENDBRIDGE_REQUEST_TIMEOUT"] == "" {
		c.RequestTimeout = max(c.RequestTimeout, c.Timeout) // the events of triggers have no request
	}
	if c.Endpoint == "" && c.Region != "" {
		endpoint, err := onsmqtt.Endpoint(c.Region, c.Network)
		if err != nil {
			l.fault("SENDBRIDGE_REGION", "")
			return
		}
		l.checkRegion(c)
		c.Endpoint = endpoint
	}
}

// checkRegion rejects a region that is not known to have the API, because its endpoint would fail event by event. A setting
// allows a newer region.
func (l *loader) checkRegion(c *Config) {
	known := onsmqtt.Regions(c.Network)
	if c.RegionForce || slices.Contains(known, c.Region) {
		return
	}
	want := "a region that has ApsaraMQ for MQTT: " + suggest.Instead(c.Region, known) +
		"; SENDBRIDGE_REGION_FORCE=true allows a newer one, and SENDBRIDGE_ENDPOINT any endpoint"
	if l.environ["SENDBRIDGE_REGION"] == "" {
		want += " (the function is in " + c.Region + ")"
	}
	l.fault("SENDBRIDGE_REGION", want)
}

func (l *loader) checkLimits(c *Config) {
	for _, limit := range []struct {
		name string
		ok   bool
	}{
		{"SENDBRIDGE_INSTANCE_ID", l.partial || c.InstanceID != ""},
		{"SENDBRIDGE_REGION", l.partial || c.Endpoint != "" || c.Region != ""}, // derive has rejected a wrong one
		{"SENDBRIDGE_RATE", c.Rate >= 0 && (c.Rate <= addressQuota || c.RateForce)},
		{"SENDBRIDGE_REDIS", c.Redis == "" || fleet.Check(c.Redis) == nil},
		{"SENDBRIDGE_FLEET_RATE", c.FleetRate >= 1 && c.FleetRate <= 100_000},
		{"SENDBRIDGE_ADDRESS", c.Address == "" || isName(c.Address)},
		{"SENDBRIDGE_CONCURRENCY", c.Concurrency >= 1 && c.Concurrency <= 1000},
		{"SENDBRIDGE_TIMEOUT", c.Timeout > 0},
		{"SENDBRIDGE_REQUEST_TIMEOUT", c.RequestTimeout >= c.Timeout},
		{"SENDBRIDGE_MAX_BODY", c.MaxBody > 0},
		{"SENDBRIDGE_ALLOWED_ORIGINS", len(tokens(c.AllowedOrigins)) > 0},
		{"SENDBRIDGE_DEDUP", c.Dedup >= 0},
		{"SENDBRIDGE_TRIGGERS", len(c.Triggers) == 0 || len(tokens(c.Triggers)) == len(c.Triggers)},
		{"SENDBRIDGE_DRAIN", c.Drain >= 0},
		{"SENDBRIDGE_SOURCE", c.Source == "" || cloudevent.SetAttribute(new(event.EventContextV1), "source", c.Source) == nil},
		{"SENDBRIDGE_TYPE", c.Type == "" || cloudevent.SetAttribute(new(event.EventContextV1), "type", c.Type) == nil},
		{"SENDBRIDGE_DEAD_LETTER", c.DeadLetter == "" || hasScheme(c.DeadLetter, "https://", "file:///")},
		{"SENDBRIDGE_LISTEN", isAddress(c.Listen)},
		{"SENDBRIDGE_ADMIN_LISTEN", c.AdminListen == adminOff || isAddress(c.AdminListen)},
	} {
		if !limit.ok {
			l.fault(limit.name, "")
		}
	}
	switch u, err := url.Parse(c.Endpoint); {
	case strings.Contains(c.Endpoint, "@"): // may contain a password: the client rejects it without showing it
	case err != nil, c.Endpoint != "" && u.Host == "":
		l.fault("SENDBRIDGE_ENDPOINT", "")
	case u.Scheme == "http" && !c.Insecure && !loopback.Is(u.Hostname()):
		l.fault("SENDBRIDGE_ENDPOINT", "https://, or http:// to a loopback address: SENDBRIDGE_INSECURE=true allows http:// elsewhere")
	}
}

// checkParts creates the parts that settings configure, as far as this has no effect outside the process, and reports their
// errors.
func (l *loader) checkParts(c *Config) {
	for _, part := range []struct{ name, endpoint, instance string }{
		{"SENDBRIDGE_ENDPOINT", cmp.Or(c.Endpoint, "https://localhost"), "any"},
		{"SENDBRIDGE_INSTANCE_ID", "https://localhost", cmp.Or(c.InstanceID, "any")},
	} {
		if _, err := onsmqtt.New(part.endpoint, part.instance, noCredentials, &onsmqtt.Options{Insecure: c.Insecure}); err != nil {
			l.faults = append(l.faults, fmt.Errorf("%s: %w", part.name, err))
		}
	}
	if hasScheme(c.DeadLetter, "file:///") {
		return // it would create the file
	}
	if _, err := deadLetterSink(c); err != nil {
		l.faults = append(l.faults, fmt.Errorf("SENDBRIDGE_DEAD_LETTER: %w", err))
	}
}

func noCredentials(context.Context) (onsmqtt.Credentials, error) {
	return onsmqtt.Credentials{}, errors.New("nothing is sent")
}

// checkTogether rejects settings that contradict or lack each other.
func (l *loader) checkTogether(c *Config) {
	if c.Auth == "bearer" && len(tokens(c.Token)) == 0 {
		l.fault("SENDBRIDGE_TOKEN", "")
	}
	if c.Auth != "bearer" && len(c.Token) > 0 {
		l.fault("SENDBRIDGE_AUTH", "bearer, because SENDBRIDGE_TOKEN is set")
	}
	if host, _, _ := net.SplitHostPort(c.Listen); c.Auth == "" && !loopback.Is(host) && l.listens() { // a function then rejects HTTP requests
		l.fault("SENDBRIDGE_AUTH", "bearer with SENDBRIDGE_TOKEN, or none to accept requests from everybody, to listen on the non-loopback address "+c.Listen)
	}
	if c.Trigger == "generic" && c.Type == "" {
		l.fault("SENDBRIDGE_TYPE", "")
	}
	for _, name := range []string{"SENDBRIDGE_FLEET_RATE", "SENDBRIDGE_ADDRESS"} {
		if c.Redis == "" && l.environ[name] != "" {
			l.fault(name, "SENDBRIDGE_REDIS to be set, too: without it processes share nothing")
		}
	}
	set := 0
	for _, name := range []string{"SENDBRIDGE_TOPIC", "SENDBRIDGE_RULES", "SENDBRIDGE_RULES_FILE"} {
		if l.environ[name] == "" {
			continue
		}
		if set++; set > 1 {
			l.fault(name, "only one of SENDBRIDGE_TOPIC, SENDBRIDGE_RULES and SENDBRIDGE_RULES_FILE to be set")
		}
	}
}

// listens reports whether the settings open an address to everybody. A function rejects HTTP requests unless
// SENDBRIDGE_AUTH is set, and a command does not listen at a platform's address for servers.
func (l *loader) listens() bool {
	return !l.runtime.isFunction() && (!l.partial || l.environ["SENDBRIDGE_LISTEN"] != "")
}

// checkRuntime rejects settings that the runtime does not support, and reports those that it requires.
func (l *loader) checkRuntime(c *Config) {
	if l.runtime.isFunction() && l.environ["SENDBRIDGE_RATE"] == "" && !l.partial {
		l.fault("SENDBRIDGE_RATE", "calls a second of one instance, so that all instances together stay within the quota: a function has no default")
	}
	if l.runtime.isFunction() && hasScheme(c.DeadLetter, "file:///") {
		l.fault("SENDBRIDGE_DEAD_LETTER", "an https:// URL: a function loses its disk when its instance ends")
	}
	if l.runtime == OnLambda && c.Trigger != "" && c.Trigger != "generic" {
		l.fault("SENDBRIDGE_TRIGGER", "generic: Lambda has no source with this name")
	}
}

// tokens drops empty elements, because a trailing comma must not create an empty token.
func tokens(list []string) []string {
	var kept []string
	for _, t := range list {
		if t = strings.TrimSpace(t); t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}

func hasScheme(s string, schemes ...string) bool {
	for _, scheme := range schemes {
		if strings.HasPrefix(s, scheme) && len(s) > len(scheme) {
			return true
		}
	}
	return false
}

// isName reports whether s can be a part of a key in Redis.
func isName(s string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
	return s != "" && len(s) <= 64 && strings.Trim(s, allowed) == ""
}

func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil || port == "" {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}
