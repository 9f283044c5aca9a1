package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
)

// SourceOptions say what payloads are that don't say it themselves. The zero value refuses them.
type SourceOptions trigger.Options

// Triggers are the names of sources that can't be recognised by their payloads.
func Triggers() []string { return []string{sourceGeneric, sourceMNSStream} }

const sourceNothing = "nothing"

// Sources are those of all triggers, in the order in which they are asked. Which source a payload is for is decided
// once, by the first of its shapes that a trigger is known to send; the last takes every other payload.
func Sources(o *SourceOptions) []core.Source { return newTable(o).Sources() }

type sources struct {
	SourceOptions
	table trigger.Table // of its own rows, for the records of failed calls
}

// isNothing is true for a batch without events, too: a filter may have kept them all.
func (s *sources) isNothing(p *trigger.Payload) bool {
	events := p.Members["events"]
	return trigger.IsEmpty(p) || s.Trigger != sourceGeneric && len(p.Members) == 1 && events.IsArray() && !events.Get("0").Exists()
}

// newTable asks for MNS before CloudEvents, as attributes of its messages stand beside its own keys and may have any name.
func newTable(o *SourceOptions) trigger.Table {
	s := new(sources)
	if o != nil {
		s.SourceOptions = *o
	}
	s.table = trigger.Table{
		{Name: sourceNothing, Is: s.isNothing, Decode: trigger.Nothing},
		{Name: sourceMNS, Is: isMNS, Decode: s.mns},
		{Name: sourceEventBridge, Is: s.isEventBridge, Decode: s.eventBridge},
		{Name: sourceOSS, Is: isOSS, Decode: oss},
		{Name: sourceCDN, Is: isCDN, Decode: cdn},
		{Name: sourceTimer, Is: isTimer, Decode: timer},
		{Name: sourceHTTP, Is: isHTTP, Decode: httpTrigger},
		{Name: sourceAPIGateway, Is: isAPIGateway, Decode: apiGateway},
		{Name: sourceSLS, Is: isSLS, Decode: sls},
		{Name: sourceTablestore, Is: s.isTablestore, Decode: s.tablestore},
		{Name: sourceDestination, Is: isDestination, Decode: s.destination},
		{Name: sourceDataHub, Is: isDataHub, Decode: dataHub},
		{Name: sourceDoctor, Is: isDoctor, Decode: doctor},
		{Name: sourceMNSStream, Is: s.isMNSStream, Decode: s.mnsStream},
		{Name: sourceGeneric, Decode: s.generic},
	}
	return s.table.Listed(ingress(""), s.Triggers)
}
