package onsmqtt

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const longestHint = time.Hour

// retryAfter reads the gateway's newer header, or else the older ones, of which the larger counts, or else the standard
// one.
func retryAfter(h http.Header) time.Duration {
	if d := hint(h.Get("X-Acs-Retry-After"), time.Millisecond); d > 0 {
		return d
	}
	if d := max(timeLeft(h.Get("X-Ratelimit-User-Api")), timeLeft(h.Get("X-Ratelimit-User"))); d > 0 {
		return d
	}
	return hint(h.Get("Retry-After"), time.Second)
}

// timeLeft parses "Limit:10,Remain:0,TimeLeft:1500", in milliseconds.
func timeLeft(value string) time.Duration {
	for part := range strings.SplitSeq(value, ",") {
		name, number, _ := strings.Cut(part, ":")
		if strings.EqualFold(strings.TrimSpace(name), "TimeLeft") {
			return hint(number, time.Millisecond)
		}
	}
	return 0
}

func hint(number string, unit time.Duration) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(min(max(n, 0), int64(longestHint/unit))) * unit
}

// skew compares this machine's clock with the answer's Date, and describes a difference that matters.
func skew(h http.Header, now time.Time) string {
	theirs, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return ""
	}
	behind := theirs.Sub(now).Round(time.Second)
	switch {
	case behind >= time.Minute:
		return fmt.Sprintf(" (this machine's clock is %s behind)", behind)
	case behind <= -time.Minute:
		return fmt.Sprintf(" (this machine's clock is %s ahead)", -behind)
	}
	return ""
}
