package charset

import (
	"errors"
	"strings"
	"testing"
)

func TestNamesOfUnicode(t *testing.T) {
	for name, want := range map[string]bool{
		"": true, "utf-8": true, "UTF8": true, "utf-16": true, "UTF-16LE": true, "utf-32be": true, "ucs-2": true,
		"gbk": false, "us-ascii": false, "latin1": false, "klingon": false, "utf-7x": true,
	} {
		if IsUnicode(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	for mediaType, want := range map[string]string{
		"application/x-www-form-urlencoded": "form", "Application/X-WWW-Form-Urlencoded ; charset=utf-8": "form",
		"application/x-ndjson": "json lines", "application/ndjson; charset=utf-8": "json lines", "application/jsonl": "json lines", "application/x-jsonl": "json lines", "application/jsonlines": "json lines", "application/x-jsonlines": "json lines",
		"application/json": "json", "application/problem+json": "json", "APPLICATION/JSON;a=b": "json",
		"": "", "text/plain": "", "multipart/form-data": "", "text/plain; a=json": "",
	} {
		var is []string
		for name, so := range map[string]bool{"form": IsForm(mediaType), "lines": IsLines(mediaType), "json": IsJSON(mediaType)} {
			if so {
				is = append(is, name)
			}
		}
		for _, word := range []string{"form", "lines", "json"} {
			if strings.Contains(strings.Join(is, " "), word) != strings.Contains(want, word) {
				t.Errorf("%q is %q, want %q", mediaType, is, want)
			}
		}
	}
}

// A text may have as many bytes as the limit says, and not one more. No limit is 0.
func TestTheLimitCountsBytesOfUTF8(t *testing.T) {
	fifty := []byte(strings.Repeat("\xe9", 50))
	for limit, want := range map[int64]error{0: nil, 101: nil, 100: nil, 99: ErrTooLarge, 1: ErrTooLarge} {
		if text, err := Decode(fifty, "latin1", limit); !errors.Is(err, want) || err == nil && string(text) != strings.Repeat("é", 50) {
			t.Errorf("100 bytes, %d allowed: %v", limit, err)
		}
	}
}

// The first character beyond ASCII is beyond ASCII.
func TestASCIIEndsAt7F(t *testing.T) {
	if _, err := Decode([]byte("a\x00~\x7f"), "us-ascii", 0); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"\u0080", "\x80", "a\xff", "é"} {
		if _, err := Decode([]byte(text), "us-ascii", 0); !errors.Is(err, ErrUnfit) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
