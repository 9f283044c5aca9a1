package trigger

import (
	"encoding/json"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

// A Source is a row of a Table. It describes one kind of trigger.
type Source struct {
	Name   string
	Is     func(p *Payload) bool // matches its payloads, given that no earlier row matches; not called for the last row
	Decode func(payload []byte, in core.Invocation) ([]core.Record, error)

	// Waits is true if the sender of the payload waits for an answer and still has it. Such a payload is never stored,
	// because it may contain a password.
	Waits bool

	// Failed returns the ids of the messages that the trigger has to deliver again; it is nil if the trigger knows only one
	// outcome for a payload. ok is false if a message has no id.
	Failed func(results []core.Result) (items []json.RawMessage, ok bool)
}

// A Table lists the sources of a function in the order in which they are tried. The last one accepts every other payload.
type Table []Source

// Of returns the source that matches a payload. There is always one. A function is not informed which trigger fired, and
// anybody who may invoke it can send any bytes, so the match proves nothing.
func (t Table) Of(payload []byte) *Source {
	payload = draft.Unmarked(payload)
	if jsontext.Check(payload) == jsontext.TooDeep {
		return &tooDeep
	}
	p, last := Look(payload), len(t)-1
	for i := range t[:last] {
		if t[i].Is(p) {
			return &t[i]
		}
	}
	return &t[last]
}

// Undecodable is the name of the source of payloads that no decoder may read.
const Undecodable = "undecodable"

// tooDeep is the source of payloads that no decoder may read.
var tooDeep = Source{Name: Undecodable, Decode: func([]byte, core.Invocation) ([]core.Record, error) {
	return nil, draft.Refusal("the payload nests deeper than %d arrays and objects", jsontext.MaxDepth)
}}

// Sources returns the table's rows. Each matches only the payloads for which the table selects it.
func (t Table) Sources() []core.Source {
	list := make([]core.Source, len(t))
	for i := range t {
		list[i] = core.Source{
			Name:  t[i].Name,
			Match: func(payload []byte) bool { return t.Of(payload) == &t[i] },
			Decode: func(payload []byte, in core.Invocation) ([]core.Record, error) {
				return t[i].Decode(draft.Unmarked(payload), in)
			},
		}
	}
	return list
}
