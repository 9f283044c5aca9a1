package trigger

import (
	"encoding/json"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

// A Source is a row of a Table: all that a function knows of one kind of trigger.
type Source struct {
	Name   string
	Is     func(p *Payload) bool // recognises its payloads among those that no earlier row is for; not asked of the last row
	Decode func(payload []byte, in core.Invocation) ([]core.Record, error)

	// Waits is true where whoever sends the payload waits for an answer and still has it: it is never kept, as it may hold a
	// password.
	Waits bool

	// Failed names the messages that the trigger has to deliver again; nil if the trigger knows only one outcome for a
	// whole payload. ok is false if a message has no name.
	Failed func(results []core.Result) (items []json.RawMessage, ok bool)
}

// A Table is the sources of a function, in the order in which they are asked. The last one takes every other payload.
type Table []Source

// Of returns the source that a payload is for. There is always one. A function does not hear which trigger fired, and
// whoever may invoke it can send any bytes: this is a convenience, and proves nothing.
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

// Undecodable is the name of the source of what no decoder is to look into.
const Undecodable = "undecodable"

// tooDeep takes what no decoder is to look into.
var tooDeep = Source{Name: Undecodable, Decode: func([]byte, core.Invocation) ([]core.Record, error) {
	return nil, draft.Refusal("the payload nests deeper than %d arrays and objects", jsontext.MaxDepth)
}}

// Sources are the table's rows, each of which matches only what the table has it for.
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
