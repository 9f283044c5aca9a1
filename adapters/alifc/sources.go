package alifc

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
)

// SourceOptions describe payloads that do not describe themselves. The zero value rejects them.
type SourceOptions trigger.Options

// Triggers returns the names of sources that cannot be recognised by their payloads.
func Triggers() []string { return []string{sourceGeneric, sourceMNSStream} }

const sourceNothing = "nothing"

// Sources returns the sources of all triggers, in the order in which they are tried. The first source whose shape a payload
// has decodes it; the last one accepts every other payload.
func Sources(o *SourceOptions) []core.Source { return newTable(o).Sources() }

type sources struct {
	SourceOptions
	table trigger.Table // decodes the records of failed calls
}

// isNothing reports whether a payload contains no events. A batch may be empty because a filter removed all events.
func (s *sources) isNothing(p *trigger.Payload) bool {
	events := p.Members["events"]
	return trigger.IsEmpty(p) || s.Trigger != sourceGeneric && len(p.Members) == 1 && events.IsArray() && !events.Get("0").Exists()
}

// newTable returns the table. MNS comes before CloudEvents, because attributes of its messages are members beside its own
// and may have any name.
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
