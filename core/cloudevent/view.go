// Package cloudevent reads and writes CloudEvents 1.0: attributes, the JSON format, batches, and the attributes that the
// bridge itself adds, which are how often an event passed through a bridge and why it was dead-lettered. A View provides
// the values that patterns and templates need of one event.
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

// A View provides the values of one event from its raw bytes. Only one goroutine may use it.
type View struct {
	Record  *core.Record
	Context *event.EventContextV1
	source  Value // the source, cached because every rule reads it
	Data    Value
	hops    int
	Element gjson.Result // the element of each
	Index   int          // the element's index in its array
	Now     time.Time    // the time at which the event is handled, for templates
	Header  HeaderFunc   // the headers of the request; nil if there is none

	// Lookups counts the names and indexes that were looked up in the event's data. Tests limit it.
	Lookups int

	kept      []kept
	inData    objects // the objects of data that were read so far
	inElement objects
	distrust  *fault.Error

	fewObjects [2]object // space for the objects and names of a small event, which saves allocations
	fewMembers [12]member
	fewKept    [1]kept
}

// A HeaderFunc returns the values of a request's header by its name, ignoring case. It returns none if the request does not
// have it.
type HeaderFunc func(name string) []string

// NewView returns a view of an event. It returns an error if the event has no attributes, if its data does not have its
// datacontenttype, or if it passed through bridges too often.
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

// look determines the kind of an event's data.
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

// ContextOf returns an event's attributes without the copies of the SDK's getters, or nil if it has none.
func ContextOf(e *event.Event) *event.EventContextV1 {
	if v1, ok := e.Context.(*event.EventContextV1); ok || e.Context == nil {
		return v1
	}
	return e.Context.AsV1()
}

// isJSON reports whether a media type declares JSON: application/json, text/json and all that end in +json.
func isJSON(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	_, sub, _ := strings.Cut(strings.TrimSpace(base), "/")
	return strings.EqualFold(sub, "json") || len(sub) > 5 && strings.EqualFold(sub[len(sub)-5:], "+json")
}

// Attribute returns a context attribute in the text that its sender wrote, which does not depend on how the event
// travelled. No attribute may be empty.
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
