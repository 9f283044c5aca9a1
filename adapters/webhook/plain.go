package webhook

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// attributes are what an event gets that brings none. An optional one may be empty.
type attributes struct {
	id, source, kind string // required, but a missing id becomes a hash of the content
	subject, time    string // optional
	err              error  // of a template that could not be filled in
}

// plain makes an event of a body that is none. It depends on the request alone: no time is invented for it.
func plain(spec *core.Inlet, r *http.Request, body []byte) core.Record {
	mediaType := r.Header.Get("Content-Type")
	if isForm(mediaType) {
		body, mediaType = formJSON(spec, body), "application/json"
	}
	text := ""
	if gjson.ValidBytes(body) {
		text, mediaType = string(body), "application/json"
	}
	a := known(spec, r.Header, gjson.Parse(text))
	a.fill(spec, r.Header, text)
	derived := a.id == ""
	if derived {
		a.id = draft.Hash(spec.Name, string(body))
	}
	if a.err != nil {
		return received(r, core.Record{Err: a.err, Raw: body})
	}
	e := draft.New(core.EscapeDisallowed(a.id), core.EscapeDisallowed(a.source), core.EscapeDisallowed(a.kind))
	e.SetText("subject", a.subject)
	if t, ok := core.ParseTime(a.time); ok {
		e.Time(t)
	}
	e.Typed(mediaType, body)
	record := e.Record(body)
	record.DerivedID = derived
	return received(r, record)
}

// known are the attributes that a sender's own format gives, which the file's templates go before.
func known(spec *core.Inlet, h http.Header, body gjson.Result) attributes {
	a := attributes{source: spec.Path()}
	switch spec.Verify {
	case "github":
		a = github(h, body)
	case "stripe":
		a.id, a.time = text(body, "id"), body.Get("created").Raw
		if kind := text(body, "type"); kind != "" {
			a.kind = "com.stripe." + kind
		}
	case "sns":
		a = snsAttributes(h, body)
	case "standard":
		a.id = h.Get("Webhook-Id")
	}
	if a.source == "" {
		a.source = spec.Path()
	}
	return a
}

// fill writes the inlet's templates over what is known. Of optional attributes a value that is missing leaves the
// attribute out.
func (a *attributes) fill(spec *core.Inlet, h http.Header, body string) {
	if spec.IDHeader != "" {
		a.id = h.Get(spec.IDHeader)
	}
	for _, o := range []struct {
		from *core.BodyText
		to   *string
	}{{spec.ID, &a.id}, {spec.Subject, &a.subject}, {spec.Time, &a.time}} {
		if o.from != nil {
			*o.to, _ = o.from.Render(body)
		}
	}
	for _, q := range []struct {
		from *core.BodyText
		to   *string
	}{{spec.Type, &a.kind}, {spec.Source, &a.source}} {
		if q.from == nil {
			continue
		}
		var err error
		if *q.to, err = q.from.Render(body); err != nil && a.err == nil {
			a.err = err
		}
	}
}

// snsAttributes are those of the specification's adapter.
// https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-sns.md
func snsAttributes(h http.Header, body gjson.Result) attributes {
	a := attributes{id: text(body, "MessageId"), source: h.Get("X-Amz-Sns-Subscription-Arn"), subject: text(body, "Subject"), time: text(body, "Timestamp")}
	if a.source == "" {
		a.source = text(body, "TopicArn")
	}
	if kind := text(body, "Type"); kind != "" {
		a.kind = "com.amazonaws.sns." + kind
	}
	return a
}

func isForm(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	return strings.EqualFold(strings.TrimSpace(base), "application/x-www-form-urlencoded")
}

// formJSON writes a form as a JSON object of texts, a name given several times as a list of them. GitHub's forms have
// the JSON that they would else be in the field payload. What is no form stays as it is.
func formJSON(spec *core.Inlet, body []byte) []byte {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return body
	}
	if payload := values.Get("payload"); spec.Verify == "github" && gjson.Valid(payload) {
		return []byte(payload)
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
		return body
	}
	return encoded
}
