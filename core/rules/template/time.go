package template

import (
	"strconv"
	"time"

	"sendbridge/core/cloudevent"
)

// A timeFormat is the format of a time: unix (whole seconds since 1970), unixms (milliseconds) or rfc3339 (in UTC).
type timeFormat string

func timeFormats() []string { return []string{"unix", "unixms", "rfc3339"} }

// convert converts a time in RFC 3339, or in seconds or milliseconds since 1970 of a year from 2000 to 2099. ok is false
// for other numbers, because their unit is unknown.
func (f timeFormat) convert(s string) (converted string, ok bool) {
	t, ok := cloudevent.ParseTime(s)
	if !ok {
		return "", false
	}
	switch f {
	case "unix":
		return strconv.FormatInt(t.Unix(), 10), true
	case "unixms":
		return strconv.FormatInt(t.UnixMilli(), 10), true
	}
	return t.UTC().Format(time.RFC3339Nano), true
}
