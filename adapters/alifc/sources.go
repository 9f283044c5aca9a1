package alifc

import (
	"fmt"
	"slices"
	"strings"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

// SourceOptions say what payloads are that don't say it themselves. The zero value refuses them.
type SourceOptions struct {
	Trigger string // one of Triggers, for what no source recognises; empty is generic where Type is set
	Source  string // CloudEvents source of events that name none; empty is the function
	Type    string // CloudEvents type of generic events
}

// Triggers are the names of sources that can't be told by their payloads.
func Triggers() []string { return []string{sourceGeneric, sourceMNSStream} }

// Check returns an error that lists what is allowed for a Trigger that there is not.
func (o *SourceOptions) Check() error {
	if o.Trigger != "" && !slices.Contains(Triggers(), o.Trigger) {
		return fmt.Errorf("trigger %q: want one of %s", o.Trigger, strings.Join(Triggers(), ", "))
	}
	if o.Trigger == sourceGeneric && o.Type == "" {
		return fmt.Errorf("trigger %q needs a type: that of the CloudEvents which it makes", o.Trigger)
	}
	return nil
}

// The sources' names, as in the ingress fc:<name> of what came through them.
const (
	sourceNothing     = "nothing"
	sourceTablestore  = "tablestore"
	sourceMNS         = "mns"
	sourceMNSStream   = "mns-stream"
	sourceEventBridge = "eventbridge"
	sourceOSS         = "oss"
	sourceCDN         = "cdn"
	sourceTimer       = "timer"
	sourceHTTP        = "http"
	sourceAPIGateway  = "apigateway"
	sourceSLS         = "sls"
	sourceDestination = "destination"
	sourceDataHub     = "datahub"
	sourceDoctor      = "doctor"
	sourceGeneric     = "generic"
)

// Sources are those of all triggers, in the order in which they are asked. Which source a payload is for is decided
// once, by the first of its shapes that a trigger is known to send; the last takes what is left.
func Sources(o *SourceOptions) []core.Source { return newSources(o).list }

type sources struct {
	options SourceOptions
	list    []core.Source
	byName  map[string]*core.Source
}

func newSources(o *SourceOptions) sources {
	if o == nil {
		o = &SourceOptions{}
	}
	c := *o
	s := sources{options: c, byName: make(map[string]*core.Source)}
	for _, d := range []struct {
		name   string
		decode func([]byte, core.Invocation) ([]core.Record, error)
	}{
		{sourceNothing, func([]byte, core.Invocation) ([]core.Record, error) { return nil, nil }},
		{sourceTablestore, c.tablestore},
		{sourceMNS, c.mns},
		{sourceEventBridge, c.eventBridge},
		{sourceOSS, oss},
		{sourceCDN, cdn},
		{sourceTimer, timer},
		{sourceHTTP, httpTrigger},
		{sourceAPIGateway, apiGateway},
		{sourceSLS, sls},
		{sourceMNSStream, c.mnsStream},
		{sourceDestination, c.destination},
		{sourceDataHub, dataHub},
		{sourceDoctor, doctor},
		{sourceGeneric, c.generic},
	} {
		source := &core.Source{
			Name:   d.name,
			Match:  func(payload []byte) bool { return c.recognise(payload) == d.name },
			Decode: d.decode,
		}
		s.list = append(s.list, *source)
		s.byName[d.name] = source
	}
	return s
}

// of returns the source of a payload, which is looked at once. There is always one.
func (s sources) of(payload []byte) *core.Source { return s.byName[s.options.recognise(payload)] }

// doctor keeps a question to the function itself from being delivered.
func doctor([]byte, core.Invocation) ([]core.Record, error) {
	return nil, &core.Refusal{Code: core.CodeNoSource, Who: core.ActorYou, Detail: `{"sendbridge":"doctor"} is a question to a function, and no event: invoke the function itself with it`}
}

// generic takes what the settings say that it is.
func (o SourceOptions) generic(payload []byte, in core.Invocation) ([]core.Record, error) {
	if o.Type == "" {
		return nil, &core.Refusal{Code: core.CodeNoSource, Who: core.ActorYou,
			Detail: "no trigger is known to send " + draft.Shape(payload) + ": set SENDBRIDGE_TRIGGER, and for events of your own SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE"}
	}
	e, derived := o.callsOwn(in, "", o.Type, payload)
	e.Data(payload)
	return one(e, sourceGeneric, payload, derived), nil
}
