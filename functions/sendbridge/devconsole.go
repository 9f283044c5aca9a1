package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/goccy/go-yaml"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/onstest"
	"sendbridge/functions"
	"sendbridge/functions/sendbridge/console"
	"sendbridge/internal/loopback"
)

// consoleOff is the value of --console that disables the console.
const consoleOff = "off"

// observe returns the observer of each event: the terminal and, if there is a console, its traffic.
func (d *stack) observe() bridge.Observer {
	if d.traffic == nil {
		return d.lines.observe
	}
	return bridge.Observers(d.lines.observe, d.traffic.Observe)
}

// wrap returns h with the checks and the recording that dev adds to the handler of requests.
func (d *stack) wrap(h http.Handler) http.Handler {
	if d.traffic != nil {
		h = d.traffic.Record(h)
	}
	return loopback.Only(h, refuseElsewhere)
}

// newConsole returns the console of d.
func (c *devCommand) newConsole(d *stack, quota onstest.Quota, t terminal) (*console.Console, error) {
	list, err := samples()
	if err != nil {
		return nil, err
	}
	return console.New(console.Parts{
		Traffic: d.traffic, Rules: d.rules, Emulator: d.emulator, Quota: quota,
		Rate: d.app.Rate, Breaker: d.app.Breaker, Forget: d.app.Bridge.Forget, Handler: d.app.Handler(),
		Events:  "http://" + d.http.Addr().String() + "/",
		Decode:  func(s console.Sample, rules functions.Rules) ([]core.Record, error) { return decodeSample(t, s, rules) },
		Samples: list,
		Cases:   &console.Cases{File: c.Cases, Rules: c.Rules, Check: checkCase, Count: countCases},
	})
}

// decodeSample decodes a sample as the command render does.
func decodeSample(t terminal, s console.Sample, rules functions.Rules) ([]core.Record, error) {
	config, err := functions.Check(t.environ, functions.Runtime(s.As))
	if err != nil {
		return nil, err
	}
	return decodeAs(s.As, &config, []byte(s.Payload), wayIn{rules.Inlets, s.Path, s.Headers})
}

// checkCase runs one entry of a file of cases as the command test does.
func checkCase(entry []byte, rules functions.Rules) error {
	var list []ruleCase
	if err := yaml.UnmarshalWithOptions(entry, &list, yaml.Strict()); err != nil {
		return err
	}
	if len(list) != 1 {
		return fmt.Errorf("%d cases in one entry", len(list))
	}
	differences, err := list[0].run(rules.List, "")
	if err == nil && len(differences) > 0 {
		err = errors.New(strings.Join(differences, "; "))
	}
	return err
}

func countCases(src []byte) (int, error) {
	var file caseFile
	err := yaml.UnmarshalWithOptions(src, &file, yaml.Strict())
	return len(file.Cases), err
}

// listenConsole returns nil if the console is disabled.
func listenConsole(at string) (net.Listener, error) {
	if at == consoleOff {
		return nil, nil
	}
	return net.Listen("tcp", at)
}
