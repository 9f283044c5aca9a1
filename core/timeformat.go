package core

import (
	"math"
	"strconv"
	"time"
)

// A timeFormat is how a var writes a time: unix (whole seconds since 1970), unixms (milliseconds) or rfc3339 (in UTC).
type timeFormat string

func timeFormats() []string { return []string{"unix", "unixms", "rfc3339"} }

// convert rewrites a time, which is RFC 3339 or a number since 1970: of seconds below 10¹¹ (the year 5138), of
// milliseconds from there (the year 1973) to 10¹⁴. Numbers beyond are of no known unit: then ok is false.
func (f timeFormat) convert(s string) (converted string, ok bool) {
	t, ok := ParseTime(s)
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

// ParseTime reads RFC 3339, and seconds or milliseconds since 1970; ok is false for anything else.
func ParseTime(s string) (t time.Time, ok bool) {
	if !isJSONScalar(s) {
		t, err := time.Parse(time.RFC3339, s)
		return t, err == nil
	}
	n, err := strconv.ParseFloat(s, 64)
	size := math.Abs(n)
	switch {
	case err != nil || size >= 1e14:
		return time.Time{}, false
	case size < 1e11:
		n *= 1000
	}
	return time.UnixMilli(int64(math.Round(n))), true
}
