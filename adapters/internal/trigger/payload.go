package trigger

import (
	"bytes"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

// A Payload is a trigger's payload, parsed once for all sources. Keys are compared in their exact case.
type Payload struct {
	Bytes     []byte
	JSON      gjson.Result  // does not exist if the bytes are not JSON in UTF-8
	Members   draft.Members // members of an object; none for any other value
	RecordsOf string        // eventSource, or EventSource, of its first Record
}

// HasRecords reports whether the payload has Records of a source, at least one of which has the members of all that
// source's records.
func (p *Payload) HasRecords(of string, shape Shape) bool {
	return p.RecordsOf == of && shape.FitsOneOf(p.Members["Records"])
}

// Look parses a payload.
func Look(payload []byte) *Payload {
	p := &Payload{Bytes: payload}
	if !jsontext.Valid(payload) || !utf8.Valid(payload) {
		return p
	}
	p.JSON = gjson.ParseBytes(payload)
	p.Members = draft.MembersOf(p.JSON)
	if list, ok := p.Members["Records"]; ok {
		first := draft.MembersOf(list.Get("0"))
		if p.RecordsOf = first["eventSource"].Str; p.RecordsOf == "" {
			p.RecordsOf = first["EventSource"].Str
		}
	}
	return p
}

// IsEmpty reports whether a payload is only white space or an empty array.
func IsEmpty(p *Payload) bool {
	return len(bytes.TrimSpace(p.Bytes)) == 0 || p.JSON.IsArray() && !p.JSON.Get("0").Exists()
}

// IsCloudEvent reports whether a payload claims to be an event in the JSON format, valid or not.
func IsCloudEvent(m draft.Members) bool { return m.Have("specversion", "id", "source", "type") }

// Nothing decodes an empty payload.
func Nothing([]byte, core.Invocation) ([]core.Record, error) { return nil, nil }
