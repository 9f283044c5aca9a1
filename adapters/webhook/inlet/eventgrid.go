package inlet

import (
	"net/http"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// TakesEventGrid reports whether the inlet accepts lists of events in Event Grid's own schema.
func (s *Spec) TakesEventGrid() bool { return s.Challenge == "eventgrid" }

// IsEventGrid reports whether a body is a list of such events.
func IsEventGrid(body []byte) bool {
	list := gjson.ParseBytes(body)
	if !isJSONText(body) || !list.IsArray() {
		return false
	}
	count := 0
	all := true
	list.ForEach(func(_, e gjson.Result) bool {
		count++
		all = text(e, "eventType") != "" && text(e, "id") != "" && text(e, "subject") != ""
		return all
	})
	return all && count > 0
}

// GridEvent makes an event of an event in Event Grid's own schema. Its data becomes the data; the file's templates read the
// whole.
// https://learn.microsoft.com/en-us/azure/event-grid/event-schema
func (s *Spec) GridEvent(h http.Header, element string) core.Record {
	e := gjson.Parse(element)
	a := attributes{id: text(e, "id"), kind: text(e, "eventType"), source: text(e, "topic"), subject: text(e, "subject"), time: text(e, "eventTime")}
	if a.source == "" {
		a.source = s.Path()
	}
	if a.fill(s, h.Values, element); a.err != nil {
		return core.Record{Err: a.err, Raw: []byte(element)}
	}
	d := draft.New(cloudevent.EscapeDisallowed(a.id), cloudevent.EscapeDisallowed(a.source), cloudevent.EscapeDisallowed(a.kind))
	d.SetText("subject", a.subject)
	d.SetText("time", a.time)
	if data := e.Get("data"); data.Exists() {
		d.JSON([]byte(data.Raw))
	}
	return d.Record([]byte(element))
}
