package inlet

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The docs say how old a signed time may be; exactly so old is still accepted, and as much in the future.
func TestTheAgeOfASignedTime(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for text, want := range map[string]string{
		"1700000000":                "",
		"1699999940":                "",
		"1699999939":                "too old",
		"1700000060":                "",
		"1700000061":                "in the future",
		"1699999940000":             "",
		"1699999939999":             "too old",
		"1700000060000":             "",
		"1700000060001":             "in the future",
		"2023-11-14T22:12:20Z":      "",
		"2023-11-14T22:12:19.999Z":  "too old",
		"2023-11-14T23:14:20+01:00": "",
		"2023-11-14T22:14:20.001Z":  "in the future",
		"":                          "not a time",
		"now":                       "not a time",
		"-1":                        "not a time",
		"1.7e9":                     "not a time",
		"9007199254740993":          "not a time",
	} {
		wantAge(t, text, now, want)
	}
	wantAge(t, "0", time.Unix(0, 0), "") // 1970 is a time, and so is the largest number that JSON keeps exactly
	wantAge(t, "9007199254740992", time.UnixMilli(9007199254740992), "")
	wantAge(t, "9007199254740993", time.UnixMilli(9007199254740993), "not a time")
}

// wantAge checks a time with a window of one minute.
func wantAge(t *testing.T, text string, now time.Time, want string) {
	t.Helper()
	err := checkAge(text, time.Minute, now)
	switch cause := errors.Unwrap(err); {
	case want == "" && err != nil:
		t.Errorf("%q: %v", text, cause)
	case want != "" && (err == nil || !strings.Contains(cause.Error(), want)):
		t.Errorf("%q: %v, want %s", text, cause, want)
	}
}

func TestTheRangeOfATolerance(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 5 * time.Minute, "1s": time.Second, "24h": 24 * time.Hour, "1m30s": 90 * time.Second} {
		if got, err := toleranceOf(settings{"tolerance": {text}}); got != want || err != nil {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "999ms", "24h0m0.001s", "-1m", "5", "2d"} {
		if got, err := toleranceOf(settings{"tolerance": {text}}); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
