package charset

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

func TestToUTF8(t *testing.T) {
	for name, c := range map[string]struct {
		mediaType, body, want string
		trueType              string // empty if it is mediaType
		err                   error
	}{
		"utf-8":                    {"text/plain; charset=utf-8", "é", "é", "", nil},
		"utf8":                     {"text/plain; charset=UTF8", "é", "é", "", nil},
		"in quotes":                {`application/json; charset="utf-8"`, `"é"`, `"é"`, "", nil},
		"in single quotes":         {`application/json; charset='utf-8'`, `"é"`, `"é"`, "", nil},
		"us-ascii":                 {"text/plain; charset=us-ascii", "abc", "abc", "", nil},
		"mark of utf-8":            {"application/json", "\xef\xbb\xbf{}", "{}", "", nil},
		"two marks":                {"text/plain", "\xef\xbb\xbf\xef\xbb\xbfa", "a", "", nil},
		"mark and charset":         {"text/csv; charset=gbk; header=present", "\xef\xbb\xbf你", "你", "text/csv; charset=utf-8; header=present", nil},
		"mark of utf-16le":         {"application/json", "\xff\xfe1\x00", "1", "", nil},
		"mark of utf-16be":         {"application/problem+json", "\xfe\xff\x001", "1", "", nil},
		"mark of utf-32le":         {"text/plain", "\xff\xfe\x00\x001\x00\x00\x00", "1", "", nil},
		"mark of utf-32be":         {"text/plain", "\x00\x00\xfe\xff\x00\x00\x001", "1", "", nil},
		"mark against its charset": {"text/plain; charset=utf-16le", "\xfe\xff\x001", "1", "text/plain; charset=utf-8", nil},
		"utf-16, low byte first":   {"text/plain; charset=utf-16", "1\x00", "1", "text/plain; charset=utf-8", nil},
		"utf-16, high byte first":  {"text/plain; charset=UTF-16", "\x001", "1", "text/plain; charset=utf-8", nil},
		"utf-16be":                 {"text/plain; charset=utf-16be", "\xd8\x3d\xde\x00", "😀", "text/plain; charset=utf-8", nil},
		"utf-32":                   {"text/plain; charset=utf-32", "\x00\x01\xf6\x00", "😀", "text/plain; charset=utf-8", nil},
		"gbk":                      {"text/plain; charset=gb2312", "\xc4\xe3\xba\xc3", "你好", "text/plain; charset=utf-8", nil},
		"gb18030":                  {"text/plain; charset=gb18030", "\x81\x30\x81\x30", "\u0080", "text/plain; charset=utf-8", nil},
		"latin1":                   {"text/xml; charset=ISO-8859-1", "caf\xe9", "café", "text/xml; charset=utf-8", nil},
		"big5":                     {"text/plain; charset=big5", "\xa7\x41", "你", "text/plain; charset=utf-8", nil},
		"shift_jis":                {"text/plain; charset=Shift_JIS", "\x82\xa0", "あ", "text/plain; charset=utf-8", nil},
		"euc-kr":                   {"text/plain; charset=ks_c_5601-1987", "\xb0\xa1", "가", "text/plain; charset=utf-8", nil},
		"koi8-r":                   {"text/plain; charset=koi8-r", "\xc4\xc1", "да", "text/plain; charset=utf-8", nil},
		"a U+FFFD that was sent":   {"text/plain; charset=utf-16le", "\xfd\xff", "\ufffd", "text/plain; charset=utf-8", nil},
		"and in gb18030":           {"text/plain; charset=gb18030", "\x84\x31\xa4\x37", "\ufffd", "text/plain; charset=utf-8", nil},
		"nothing but a mark":       {"application/json", "\xef\xbb\xbf", "", "", nil},
		"empty":                    {"text/plain; charset=utf-16", "", "", "text/plain; charset=utf-8", nil},
		"bytes are bytes":          {"image/png; charset=utf-8", "\x89PNG\xff", "\x89PNG\xff", "", nil},
		"bytes of odd charset":     {"application/octet-stream; charset=binary", "\xff\xfea", "\xff\xfea", "", nil},
		"text that does not say":   {"text/plain", "caf\xe9", "caf\xe9", "", nil},
		"no type, bytes":           {"", "\xff\xfe1\x00", "1", "", nil},
		"no type, not text":        {"", "\xff\xfea\x00", "\xff\xfea\x00", "", nil},
		"no type, marked":          {"", "\xef\xbb\xbfa", "a", "", nil},
		"no type, marked bytes":    {"", "\xef\xbb\xbf\xff", "\xef\xbb\xbf\xff", "", nil},

		"unknown":               {mediaType: "text/plain; charset=klingon", body: "a", err: ErrUnknown},
		"a name for no charset": {mediaType: "text/plain; charset=hz-gb-2312", body: "a", err: ErrUnknown},
		"not utf-8":             {mediaType: "text/plain; charset=utf-8", body: "\xff", err: ErrUnfit},
		"not ascii":             {mediaType: "text/plain; charset=us-ascii", body: "\xc3\xa9", err: ErrUnfit},
		"JSON not in utf-8":     {mediaType: "application/json", body: "\"\xe9\"", err: ErrUnfit},
		"marked, not utf-8":     {mediaType: "text/plain", body: "\xef\xbb\xbf\xff", err: ErrUnfit},
		"half a character":      {mediaType: "text/plain; charset=utf-16le", body: "1\x002", err: ErrUnfit},
		"half a pair":           {mediaType: "text/plain; charset=utf-16le", body: "\x3d\xd8a\x00", err: ErrUnfit},
		"half a pair at an end": {mediaType: "text/plain; charset=utf-16le", body: "\x3d\xd8", err: ErrUnfit},
		"utf-32 cut":            {mediaType: "text/plain; charset=utf-32be", body: "\x00\x00\x001\x00", err: ErrUnfit},
		"utf-32 surrogate":      {mediaType: "text/plain; charset=utf-32be", body: "\x00\x00\xd8\x00", err: ErrUnfit},
		"utf-32 too high":       {mediaType: "text/plain; charset=utf-32be", body: "\x00\x11\x00\x00", err: ErrUnfit},
		"half of gbk":           {mediaType: "text/plain; charset=gbk", body: "a\xc4", err: ErrUnfit},
		"not gbk":               {mediaType: "text/plain; charset=gbk", body: "\xff", err: ErrUnfit},
		"not in the code page":  {mediaType: "text/plain; charset=windows-1255", body: "\xff", err: ErrUnfit},
		"too large":             {mediaType: "text/plain; charset=latin1", body: strings.Repeat("\xe9", 51), err: ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			text, trueType, err := ToUTF8([]byte(c.body), c.mediaType, 100)
			if !errors.Is(err, c.err) {
				t.Fatalf("got %q, %v; want %v", text, err, c.err)
			}
			if c.trueType == "" {
				c.trueType = c.mediaType
			}
			if err == nil && (string(text) != c.want || trueType != c.trueType) {
				t.Errorf("got %q of %q, want %q of %q", text, trueType, c.want, c.trueType)
			}
		})
	}
}

// Decode either rejects the bytes or returns the text that encodes back to them.
func FuzzDecode(f *testing.F) {
	names := []string{"utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be", "windows-1252", "koi8-r", "gb18030", "us-ascii"}
	for i := range names {
		f.Add([]byte("a\x00\xd8\x00\xff\xfe\x80"), i)
		f.Add([]byte("\xfd\xff\x84\x31\xa4\x37"), i)
	}
	f.Fuzz(func(t *testing.T, text []byte, i int) {
		name := names[uint(i)%uint(len(names))]
		decoded, err := Decode(text, name, 0)
		if err != nil {
			return
		}
		if !utf8.Valid(decoded) {
			t.Fatalf("%x in %s became %x", text, name, decoded)
		}
		if name == "us-ascii" || name == "gb18030" { // gb18030 has two encodings of some characters
			return
		}
		encoder := encodingFor(t, name)
		if again, err := encoder(decoded); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%x in %s became %q, which is %x, %v", text, name, decoded, again, err)
		}
	})
}

func encodingFor(t *testing.T, name string) func([]byte) ([]byte, error) {
	switch name {
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM).NewEncoder().Bytes
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder().Bytes
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().Bytes
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return e.NewEncoder().Bytes
}
