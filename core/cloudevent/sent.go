package cloudevent

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
)

// The SDK keeps a source and a dataschema as url.URL, and a time as time.Time. Both forget how they were written: blanks
// and letters beyond ASCII become escapes, zones become UTC. So the sender's text is kept where the two give it back
// unread, as a URL's opaque part and as the name of a time's zone. It goes wherever the event goes, copies included.

func sentURI(text string) url.URL { return url.URL{Opaque: text} }

// IsURIReference says whether a text can be an event's source.
func IsURIReference(text string) bool {
	_, err := url.Parse(text)
	return text != "" && err == nil
}

// SourceOf returns an event's source as its sender wrote it.
func SourceOf(ec *event.EventContextV1) string { return uriText(&ec.Source.URL) }

// uriText returns a URI as its sender wrote it, and one that was put together from its parts in its canonical text.
func uriText(u *url.URL) string {
	if u.Opaque != "" && u.Scheme == "" {
		return u.Opaque
	}
	return u.String()
}

// otherSpelling returns a URI with escapes for what its sender wrote without, or without where its sender wrote them:
// /工 and /%E5%B7%A5 are one, and some SDKs don't escape the % of the second in a header. Escapes that keep two
// references apart, such as %2F, stay. It is empty where there is no other spelling.
func otherSpelling(text string) string {
	if !strings.ContainsFunc(text, isEscapable) {
		return ""
	}
	if u, err := url.Parse(text); err == nil && u.String() != text {
		return u.String()
	}
	if plain, err := url.PathUnescape(text); err == nil && plain != text {
		if u, err := url.Parse(plain); err == nil && u.String() == text {
			return plain
		}
	}
	return ""
}

// isEscapable finds what has another spelling: an escape, and what a URI has only as one.
func isEscapable(r rune) bool {
	switch r {
	case '%', ' ', '|', '"', '<', '>', '^', '`', '{', '}', '\\':
		return true
	}
	return r > unicode.MaxASCII
}

// sentTime returns t with the text it was read from, unless that is the canonical one.
func sentTime(t time.Time, text string) time.Time {
	var room [len(time.RFC3339Nano)]byte
	utc := t.UTC()
	if string(utc.AppendFormat(room[:0], time.RFC3339Nano)) == text {
		return utc
	}
	_, offset := t.Zone()
	return t.In(time.FixedZone(text, offset))
}

// timeText returns a time as its sender wrote it, and one that was computed in its canonical text, which is in UTC.
func timeText(t time.Time) string {
	if zone := t.Location().String(); IsSentTime(t) {
		return zone
	}
	return types.FormatTime(t)
}

// IsSentTime says whether a time knows the text that its sender wrote: changing its zone would lose that.
func IsSentTime(t time.Time) bool {
	zone := t.Location().String()
	return len(zone) >= minTime && zone[4] == '-' && zone[7] == '-'
}
