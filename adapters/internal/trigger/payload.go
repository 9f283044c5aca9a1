package trigger

import (
	"bytes"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

// A Payload is what a trigger brought, looked at once for all sources. Keys are compared in their exact case.
type Payload struct {
	Bytes     []byte
	JSON      gjson.Result  // nothing where the bytes are not JSON in UTF-8
	Members   draft.Members // of an object; none of anything else
	RecordsOf string        // eventSource, or EventSource, of the first of its Records
}

// HasRecords says whether its Records are of a source, and one of them has what each of that source has.
func (p *Payload) HasRecords(of string, shape Shape) bool {
	return p.RecordsOf == of && shape.FitsOneOf(p.Members["Records"])
}

// Look looks at a payload.
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

// IsEmpty is true for no bytes but spaces, and for an array of nothing.
func IsEmpty(p *Payload) bool {
	return len(bytes.TrimSpace(p.Bytes)) == 0 || p.JSON.IsArray() && !p.JSON.Get("0").Exists()
}

// IsCloudEvent is true for an event in the JSON format, whether it is a good one or not.
func IsCloudEvent(m draft.Members) bool { return m.Have("specversion", "id", "source", "type") }

// Nothing decodes what is empty.
func Nothing([]byte, core.Invocation) ([]core.Record, error) { return nil, nil }
