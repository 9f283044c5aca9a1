package draft

import (
	"math"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// Microseconds parses a time in microseconds since 1970. It returns the zero time if there is none.
func Microseconds(v gjson.Result) time.Time {
	if n := v.Int(); n > 0 {
		return time.UnixMicro(n)
	}
	return time.Time{}
}

// Milliseconds parses a time in milliseconds since 1970. It returns the zero time if there is none.
func Milliseconds(v gjson.Result) time.Time {
	if n := v.Int(); n > 0 {
		return time.UnixMilli(n)
	}
	return time.Time{}
}

// Seconds parses a time in seconds since 1970, to the millisecond. It returns the zero time if there is none, or if the
// number is too large for seconds.
func Seconds(v gjson.Result) time.Time {
	if f := v.Float(); f > 0 && f < 1e12 {
		return time.UnixMilli(int64(math.Round(f * 1000)))
	}
	return time.Time{}
}

// Timestamp parses RFC 3339 and keeps the text that it was parsed from. It also accepts a zone without a colon. It returns
// the zero time for anything else, because no time is better than a wrong one.
func Timestamp(v gjson.Result) time.Time {
	if t, ok := cloudevent.ParseRFC3339(v.String()); ok {
		return t
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999-0700", v.String())
	if err != nil {
		return time.Time{}
	}
	return t
}
