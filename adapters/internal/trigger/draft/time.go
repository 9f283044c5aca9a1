package draft

import (
	"math"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// Microseconds reads a time in microseconds since 1970; the zero time for none.
func Microseconds(v gjson.Result) time.Time {
	if n := v.Int(); n > 0 {
		return time.UnixMicro(n)
	}
	return time.Time{}
}

// Milliseconds reads a time in milliseconds since 1970; the zero time for none.
func Milliseconds(v gjson.Result) time.Time {
	if n := v.Int(); n > 0 {
		return time.UnixMilli(n)
	}
	return time.Time{}
}

// Seconds reads a time in seconds since 1970, to the millisecond; the zero time for none, and for a number so large that
// it can't be one of seconds.
func Seconds(v gjson.Result) time.Time {
	if f := v.Float(); f > 0 && f < 1e12 {
		return time.UnixMilli(int64(math.Round(f * 1000)))
	}
	return time.Time{}
}

// Timestamp reads RFC 3339, and keeps the text that it was read from; it reads a zone without a colon too. The zero time
// stands for none, and for what is not one: a foreign form is better left out than misread.
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
