package webhook

import (
	"strings"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/cloudevent"
	"sendbridge/internal/jsontext"
)

// npmDefault is the content type that the npm package cloudevents sends for any data unless the user sets one. It sends
// a string as it is, not as JSON.
// https://github.com/cloudevents/sdk-javascript/blob/v10.0.0/src/message/http/index.ts
const npmDefault = "application/json; charset=utf-8"

// takeContentType sets the datacontenttype of an event from Content-Type. If only an SDK's default calls a body JSON
// and the body is text, it is text.
func takeContentType(e *event.Event, contentType string) error {
	if contentType == npmDefault && isPlainText(string(e.DataEncoded)) {
		contentType = "text/plain; charset=utf-8"
	}
	return malformed(cloudevent.Take(e, "datacontenttype", contentType))
}

// isPlainText reports whether a body is text and not JSON. It returns false for a body that starts like an object, an
// array or a string, because that is JSON that was cut off.
func isPlainText(s string) bool {
	start := strings.TrimLeft(s, " \t\r\n")
	return start != "" && !strings.ContainsAny(start[:1], `{["`) && utf8.ValidString(s) && !jsontext.Valid(s)
}
