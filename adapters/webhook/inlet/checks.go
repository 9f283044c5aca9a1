package inlet

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// onlyHeader returns a header that must be given exactly once.
func onlyHeader(h http.Header, name string) (string, error) {
	values := h.Values(name)
	if len(values) != 1 || values[0] == "" {
		return "", rejected("want one " + name + " header")
	}
	return values[0], nil
}

// checkAge rejects a time that differs from now by more than window. The time is in seconds or milliseconds since 1970, or
// RFC 3339.
func checkAge(text string, window time.Duration, now time.Time) error {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		n, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil || n < 0 || n > 1<<53:
			return rejected("the timestamp is not a time")
		case len(text) > len("9999999999"):
			at = time.UnixMilli(n)
		default:
			at = time.Unix(n, 0)
		}
	}
	switch age := now.Sub(at); {
	case age > window:
		return rejected("the timestamp is too old")
	case age < -window:
		return rejected("the timestamp is in the future")
	}
	return nil
}

const defaultTolerance = 5 * time.Minute

func toleranceOf(s settings) (time.Duration, error) {
	text := s.text("tolerance")
	if text == "" {
		return defaultTolerance, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > 24*time.Hour {
		return 0, errors.New("tolerance " + strconv.Quote(text) + " must be a duration from 1s to 24h, such as 5m")
	}
	return d, nil
}

func joined(parts [][]byte) []byte { return bytes.Join(parts, nil) }
