// Package cloudevent reads and writes CloudEvents 1.0: attributes, the JSON format, batches, and what the bridge itself
// notes on an event, which is how often it passed a bridge and why it was dead-lettered. A View answers what patterns and
// templates ask of one event.
package cloudevent

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/internal/jsontext"
)

// A View answers paths for one event, from its raw bytes. It is used by one goroutine.
type View struct {
	Record  *core.Record
	Context *event.EventContextV1
	source  Value // of context, once it was asked for: every rule asks
	Data    Value
	hops    int
	Element gjson.Result // of each
	Index   int          // of the element in its array
	Now     time.Time    // when the event is handled, for what is rendered of it
	Header  HeaderFunc   // of the request whose body is looked at; nil where there is none

	// Lookups counts the names and places that were looked up in the event's data. Tests hold what an event costs its rules.
	Lookups int

	kept      []kept
	inData    objects // as far as they were looked into
	inElement objects
	distrust  *fault.Error

	fewObjects [2]object // room for the objects and names of a small event, so that it costs no more allocations
	fewMembers [12]member
	fewKept    [1]kept
}

// A HeaderFunc returns the values of a request's header by its name in any case; none if the request does not have it.
type HeaderFunc func(name string) []string

// NewView looks at an event once. The error says that it has no attributes, that data is not what datacontenttype says, or that
// it goes in a circle.
func NewView(r *core.Record) (*View, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	v := &View{Record: r, Context: ContextOf(&r.Event)}
	v.inData.list = v.fewObjects[:0]
	if v.Context == nil {
		return nil, InvalidEvent("the event has no context attributes")
	}
	var err error
	if v.hops, err = hopsOf(v.Context); err != nil {
		return nil, err
	}
	return v, v.look(r.Event.Data())
}

// look finds out what kind of data an event has.
func (v *View) look(raw []byte) error {
	if raw == nil {
		return nil
	}
	s := string(raw)
	declared := orEmpty(v.Context.DataContentType)
	mayBeJSON := declared == "" || isJSON(declared)
	switch utf := utf8.ValidString(s); {
	case utf && mayBeJSON && jsontext.Valid(s):
		v.Data = Value{Kind: JSON, JSON: gjson.Parse(s)}
	case mayBeJSON && declared != "":
		return InvalidEvent("data is not JSON although datacontenttype is %q", declared)
	case utf:
		v.Data = Value{Kind: Text, Str: s}
	default:
		v.Data = Value{Kind: binary, Str: s}
	}
	return nil
}

// ContextOf returns an event's attributes without the copies that the SDK's getters make; nil if it has none.
func ContextOf(e *event.Event) *event.EventContextV1 {
	if v1, ok := e.Context.(*event.EventContextV1); ok || e.Context == nil {
		return v1
	}
	return e.Context.AsV1()
}

// isJSON says whether a media type declares JSON: application/json, text/json and all that end in +json.
func isJSON(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	_, sub, _ := strings.Cut(strings.TrimSpace(base), "/")
	return strings.EqualFold(sub, "json") || len(sub) > 5 && strings.EqualFold(sub[len(sub)-5:], "+json")
}

// Attribute answers a context attribute by its name in the text that its sender wrote, which is the same whichever way
// the event travelled. None may be empty.
func (v *View) Attribute(name string) Value {
	switch name {
	case "source":
		if v.source.Kind == Missing {
			v.source = uriValue(attributeText(v.Context, name))
		}
		return v.source
	case "dataschema":
		return uriValue(attributeText(v.Context, name))
	case ingressName:
		return textValue(v.Record.Ingress)
	}
	return textValue(attributeText(v.Context, name))
}

func textValue(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: attribute, Str: s}
}

func uriValue(s string) Value {
	val := textValue(s)
	val.other = otherSpelling(s)
	return val
}
