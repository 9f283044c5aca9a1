package cloudevent

import (
	"math"
	"strconv"
	"time"

	"sendbridge/core/internal/text"
)

// ParseTime reads RFC 3339, and seconds or milliseconds since 1970; ok is false for anything else.
func ParseTime(s string) (t time.Time, ok bool) {
	if !text.IsJSONScalar(s) {
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
