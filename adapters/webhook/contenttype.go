package webhook

import (
	"strings"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/cloudevent"
	"sendbridge/internal/jsontext"
)

// npmDefault is the content type that the npm package cloudevents writes where its user named none, whatever the data is.
// It writes a string as it is, not as JSON.
// https://github.com/cloudevents/sdk-javascript/blob/v10.0.0/src/message/http/index.ts
const npmDefault = "application/json; charset=utf-8"

// takeContentType makes Content-Type the datacontenttype of an event whose body was read. A body that an SDK's default
// alone calls JSON, and which is text, is text.
func takeContentType(e *event.Event, contentType string) error {
	if contentType == npmDefault && isPlainText(string(e.DataEncoded)) {
		contentType = "text/plain; charset=utf-8"
	}
	return malformed(cloudevent.Take(e, "datacontenttype", contentType))
}

// isPlainText is false for JSON and for what starts like an object, an array or a string: that is JSON which was cut.
func isPlainText(s string) bool {
	start := strings.TrimLeft(s, " \t\r\n")
	return start != "" && !strings.ContainsAny(start[:1], `{["`) && utf8.ValidString(s) && !jsontext.Valid(s)
}
