package inlet

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/template"
	"sendbridge/internal/charset"
	"sendbridge/internal/jsontext"
)

// attributes are the attributes of an event made of a raw webhook. Optional ones may be empty.
type attributes struct {
	id, source, kind string // required; a missing id becomes a hash of the content
	subject, time    string // optional
	sharedID         bool   // id comes from the headers, so all lines of a body share it
	err              error  // the error of a template that could not be rendered
}

// Event makes an event of a raw webhook, a request that is not a CloudEvent. It uses only the headers and body, so an event
// without a time there has none. body must be without content codings and in UTF-8 if it is text, and mediaType must
// describe it. Event recognises JSON whatever mediaType says. It does not authenticate the sender. The record has Err set
// if a template of the rules file cannot be rendered from the body.
func (s *Spec) Event(h http.Header, mediaType string, body []byte) core.Record {
	return s.event(h, mediaType, body, 0)
}

// Line is Event for a line of newline-delimited JSON. number is the line's number, from 1. If a header gives all lines the
// same id, Line appends the number, so that a repeated request has the same ids.
func (s *Spec) Line(h http.Header, line []byte, number int) core.Record {
	return s.event(h, "application/json", line, number)
}

func (s *Spec) event(h http.Header, mediaType string, body []byte, line int) core.Record {
	sent, isJSON := body, isJSONText(body)
	if !isJSON && charset.IsForm(mediaType) {
		body, mediaType = s.formJSON(body)
		isJSON = mediaType != ""
	}
	text := ""
	if isJSON {
		text, mediaType = string(body), "application/json"
	}
	a := s.known(h, text)
	a.fill(s, h.Values, text)
	if line > 0 && a.id != "" && a.sharedID {
		a.id += "-" + strconv.Itoa(line)
	}
	if a.err != nil {
		return core.Record{Err: a.err, Raw: body}
	}
	data, mediaType, err := s.unwrapped(text, mediaType, body)
	if err != nil {
		return core.Record{Err: err, Raw: body}
	}
	record := s.recordOf(&a, mediaType, data)
	if v := verifierOf(s.Verify); v != nil && v.byBody && s.ID == nil {
		record.Identity = draft.Hash(strconv.Itoa(line), string(sent))
	}
	return record
}

// recordOf makes the event.
func (s *Spec) recordOf(a *attributes, mediaType string, body []byte) core.Record {
	derived := a.id == ""
	if derived {
		a.id = draft.Hash(s.Name, string(body))
	}
	e := draft.New(cloudevent.EscapeDisallowed(a.id), cloudevent.EscapeDisallowed(a.source), cloudevent.EscapeDisallowed(a.kind))
	e.SetText("subject", a.subject)
	if t, ok := cloudevent.ParseTime(a.time); ok {
		e.Time(t)
	} else {
		e.SetText("time", a.time) // records why an invalid time is left out
	}
	e.Typed(mediaType, body)
	record := e.Record(body)
	record.DerivedID = derived
	return record
}

// known returns the attributes from the sender's own format. The file's templates override them.
func (s *Spec) known(h http.Header, body string) attributes {
	var a attributes
	if v := verifierOf(s.Verify); v != nil && v.event != nil {
		a = v.event(h, gjson.Parse(body))
	}
	s.facts.fill(&a, h.Values, body)
	if a.source == "" {
		a.source = s.Path()
	}
	return a
}

// fill renders the inlet's templates over the known attributes. An optional attribute without a value is left out.
func (a *attributes) fill(spec *Spec, h cloudevent.HeaderFunc, body string) {
	if spec.ID != nil {
		a.sharedID = spec.ID.OfHeadersAlone()
	}
	for _, o := range []struct {
		from *template.BodyText
		to   *string
	}{{spec.ID, &a.id}, {spec.Subject, &a.subject}, {spec.Time, &a.time}} {
		if o.from != nil {
			text, err := o.from.Render(body, h)
			if *o.to = text; err != nil && fault.Of(err).Code != fault.CodeInvalidEvent && a.err == nil {
				a.err = err // a missing value is left out, an ambiguous one is an error
			}
		}
	}
	for _, q := range []struct {
		from *template.BodyText
		to   *string
	}{{spec.Type, &a.kind}, {spec.Source, &a.source}} {
		if q.from == nil {
			continue
		}
		var err error
		if *q.to, err = q.from.Render(body, h); err != nil && a.err == nil {
			a.err = err
		}
	}
}

func isJSONText(body []byte) bool { return jsontext.Valid(body) && utf8.Valid(body) }

// formJSON converts a form to a JSON object of strings, with a list for a repeated name. If the sender puts JSON into one
// field of its forms, it returns that JSON. It returns anything else unchanged, with an empty media type.
func (s *Spec) formJSON(body []byte) (data []byte, mediaType string) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return body, ""
	}
	if v := verifierOf(s.Verify); v != nil && v.formField != "" {
		if field := []byte(strings.TrimPrefix(values.Get(v.formField), "\ufeff")); isJSONText(field) {
			return field, "application/json"
		}
	}
	object := make(map[string]any, len(values))
	for name, list := range values {
		object[name] = list
		if len(list) == 1 {
			object[name] = list[0]
		}
	}
	encoded, err := json.Marshal(object)
	if err != nil {
		return body, ""
	}
	return encoded, "application/json"
}
