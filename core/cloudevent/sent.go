package cloudevent

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
)

// The SDK stores source and dataschema as url.URL and time as time.Time. Both lose the sender's spelling: blanks and
// letters beyond ASCII become escapes, zones become UTC. Therefore the sender's text is stored where these types return it
// unchanged: as a URL's opaque part and as the name of a time's zone. Copies of the event keep it.

func sentURI(text string) url.URL { return url.URL{Opaque: text} }

// IsURIReference reports whether a text can be an event's source.
func IsURIReference(text string) bool {
	_, err := url.Parse(text)
	return text != "" && err == nil
}

// SourceOf returns an event's source as its sender wrote it.
func SourceOf(ec *event.EventContextV1) string { return uriText(&ec.Source.URL) }

// uriText returns a URI as its sender wrote it. If it was assembled from parts, it returns the canonical text.
func uriText(u *url.URL) string {
	if u.Opaque != "" && u.Scheme == "" {
		return u.Opaque
	}
	return u.String()
}

// otherSpelling returns a URI with its special characters escaped, or, if they are escaped, without the escapes. /工 and
// /%E5%B7%A5 are the same, and some SDKs do not escape the % of the second in a header. Escapes such as %2F, which
// distinguish two references, stay. It returns an empty string if there is no other spelling.
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

// isEscapable reports whether a character may have another spelling: it starts an escape, or a URI may only contain it
// escaped.
func isEscapable(r rune) bool {
	switch r {
	case '%', ' ', '|', '"', '<', '>', '^', '`', '{', '}', '\\':
		return true
	}
	return r > unicode.MaxASCII
}

// sentTime returns t with the text it was parsed from, unless that is the canonical one.
func sentTime(t time.Time, text string) time.Time {
	var room [len(time.RFC3339Nano)]byte
	utc := t.UTC()
	if string(utc.AppendFormat(room[:0], time.RFC3339Nano)) == text {
		return utc
	}
	_, offset := t.Zone()
	return t.In(time.FixedZone(text, offset))
}

// timeText returns a time as its sender wrote it. If it was computed, it returns the canonical text, in UTC.
func timeText(t time.Time) string {
	if zone := t.Location().String(); IsSentTime(t) {
		return zone
	}
	return types.FormatTime(t)
}

// IsSentTime reports whether a time carries its sender's text, which a change of its zone would lose.
func IsSentTime(t time.Time) bool {
	zone := t.Location().String()
	return len(zone) >= minTime && zone[4] == '-' && zone[7] == '-'
}
