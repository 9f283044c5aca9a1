package cloudevent

import (
	"math"
	"strconv"
	"time"

	"sendbridge/core/internal/text"
)

// A number is a time only if it lies between 2000 and 2100. No number of seconds in this range is also a number of
// milliseconds in it, so the unit is never guessed. A number in another unit, such as microseconds, is an error instead of
// a wrong year.
const (
	year2000 = 946684800
	year2100 = 4102444800
)

// ParseTime parses RFC 3339, and seconds or milliseconds since 1970 between 2000 and 2100. ok is false for anything else.
func ParseTime(s string) (t time.Time, ok bool) {
	if !text.IsJSONScalar(s) {
		return ParseRFC3339(s)
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return time.Time{}, false
	}
	for _, perSecond := range [...]float64{1, 1000} {
		if seconds := n / perSecond; seconds >= year2000 && seconds < year2100 {
			return time.UnixMilli(int64(math.Round(n * 1000 / perSecond))).UTC(), true
		}
	}
	return time.Time{}, false
}

// minTime and maxTime limit the length of a time. RFC 3339 allows fractions of any length.
const (
	minTime = len("2006-01-02T15:04:05Z")
	maxTime = 64
)

// ParseRFC3339 parses RFC 3339 to the nanosecond, in either letter case. A leap second becomes the first second of the next
// day. The time keeps the text that it was parsed from.
// https://www.rfc-editor.org/rfc/rfc3339#section-5.6
func ParseRFC3339(s string) (t time.Time, ok bool) {
	if len(s) < minTime || len(s) > maxTime {
		return time.Time{}, false
	}
	var room [maxTime]byte
	b := append(room[:0], s...)
	if b[10] == 't' {
		b[10] = 'T'
	}
	if last := len(b) - 1; b[last] == 'z' {
		b[last] = 'Z'
	}
	leap := string(b[17:19]) == "60"
	if leap {
		copy(b[17:], "59")
	}
	if b[13] != ':' || b[19] == ',' || !isZone(b[19:]) || t.UnmarshalText(b) != nil { // UnmarshalText alone is not strict enough
		return time.Time{}, false
	}
	if leap {
		if utc := t.UTC(); utc.Hour() != 23 || utc.Minute() != 59 {
			return time.Time{}, false
		}
		t = t.Add(time.Second)
	}
	return sentTime(t, s), true
}

// isZone reports whether a time ends in Z or an offset of hours and minutes.
func isZone(end []byte) bool {
	if end[len(end)-1] == 'Z' {
		return true
	}
	at := len(end) - len("+08:00")
	return at >= 0 && string(end[at+1:at+3]) < "24" && string(end[at+4:]) < "60"
}
