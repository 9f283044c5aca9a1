package draft

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/internal/charset"
	"sendbridge/internal/jsontext"
)

// An Event is a CloudEvent under construction. It keeps the first mistake until Record, so that a decoder can set
// attributes without error handling.
type Event struct {
	event   event.Event
	context event.EventContextV1
	err     error
}

// New starts an event with the required attributes. It escapes a source that is not a URI reference, because users of an
// event bus may choose any text.
func New(id, source, kind string) *Event {
	e := &Event{}
	e.event.Context = &e.context
	if source != "" && !cloudevent.IsURIReference(source) {
		source = strings.ReplaceAll(url.PathEscape(source), ":", "%3A")
	}
	e.Set("id", id)
	e.Set("source", source)
	e.Set("type", kind)
	return e
}

// Set sets an attribute or an extension. An empty value leaves it out. So does an invalid value of an optional attribute,
// which is recorded in the event's FieldErrors.
func (e *Event) Set(name, value string) {
	if value == "" || e.err != nil {
		return
	}
	e.err = cloudevent.Take(&e.event, name, value)
}

// SetAll is Set for attributes that a sender named. Names that CloudEvents does not allow come last and are changed as over
// HTTP.
func (e *Event) SetAll(named map[string]string) {
	names := slices.Sorted(maps.Keys(named))
	for _, name := range names {
		if cloudevent.IsAttributeName(name) {
			e.Set(name, named[name])
		}
	}
	for _, name := range names {
		if !cloudevent.IsAttributeName(name) {
			cloudevent.TakeRenamed(&e.event, name, named[name])
		}
	}
}

// SetText is Set for text that a trigger's users choose freely, such as an object's key: it percent-encodes what no
// attribute may contain.
func (e *Event) SetText(name, value string) {
	e.Set(name, cloudevent.EscapeDisallowed(value))
}

// SetOnce sets an extension whose name is prefix and the letters and digits of a name that users chose. If two names become
// equal, the first counts. A name without letters and digits is left out.
func (e *Event) SetOnce(prefix, name, value string) {
	name = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if name == "" || e.context.Extensions[prefix+name] != nil {
		return
	}
	e.SetText(prefix+name, value)
}

// Time sets the time in the text that it was parsed from if that is RFC 3339, or else in UTC. It leaves out the zero time
// and a time that RFC 3339 cannot express.
func (e *Event) Time(t time.Time) {
	if !cloudevent.IsSentTime(t) {
		t = t.UTC()
	}
	if !t.IsZero() && t.Year() >= 0 && t.Year() <= 9999 {
		e.context.Time = &types.Timestamp{Time: t}
	}
}

// JSON sets data that is known to be JSON.
func (e *Event) JSON(data []byte) { e.content("application/json", data, false) }

// Data sets data whose type is determined by its content: JSON, other text, or bytes. Empty data is left out. A byte order
// mark is not part of text.
func (e *Event) Data(data []byte) {
	data = Unmarked(data)
	verdict := jsontext.Check(data)
	switch {
	case len(data) == 0:
	case verdict == jsontext.TooDeep:
		e.Refuse("data nests deeper than %d arrays and objects", jsontext.MaxDepth)
	case verdict == jsontext.JSON && utf8.Valid(data):
		e.JSON(data)
	case utf8.Valid(data):
		e.content("text/plain", data, false)
	default:
		e.content("application/octet-stream", data, true)
	}
}

// Unmarked returns data without a byte order mark, and converts JSON in another form of Unicode to UTF-8.
func Unmarked(data []byte) []byte {
	text, _, err := charset.ToUTF8(data, "", 0)
	if err != nil {
		return data
	}
	return text
}

// Typed sets data with the media type that its producer named. If the data is not of a JSON type as declared, or the name
// is not a media type, the content determines the type.
func (e *Event) Typed(mediaType string, data []byte) {
	if text, trueType, err := charset.ToUTF8(data, mediaType, 0); err == nil {
		data, mediaType = text, trueType
	}
	probe := event.EventContextV1{}
	isJSON := strings.Contains(strings.ToLower(mediaType), "json")
	if mediaType == "" || cloudevent.SetAttribute(&probe, "datacontenttype", mediaType) != nil || isJSON && !jsontext.Valid(data) {
		e.Data(data)
		return
	}
	if len(data) > 0 {
		e.content(mediaType, data, !utf8.Valid(data))
	}
}

func (e *Event) content(mediaType string, data []byte, base64 bool) {
	e.event.DataEncoded, e.event.DataBase64 = data, base64
	e.Set("datacontenttype", mediaType)
}

// Refuse makes the event invalid, with a reason in the trigger's data.
func (e *Event) Refuse(format string, args ...any) {
	if e.err == nil {
		e.err = Refusal(format, args...)
	}
}

// Refusal returns the error for data that its trigger's format does not allow.
func Refusal(format string, args ...any) error {
	return fault.New(fault.CodeInvalidEvent, fault.ActorSender, format, args...)
}

// Record returns the record of the event, or its first mistake together with raw, the bytes that it was made from.
func (e *Event) Record(raw []byte) core.Record {
	if e.err == nil {
		e.err = cloudevent.CheckEvent(&e.context)
	}
	if e.err != nil {
		return core.Record{Err: e.err, Raw: raw}
	}
	made, context := e.event, e.context
	made.Context = &context
	return core.Record{Event: made}
}
