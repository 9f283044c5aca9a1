// Package charset converts text to UTF-8. A byte order mark takes precedence over a media type's charset, and is not part
// of the text. Bytes that are invalid in their charset are an error; they are never replaced silently.
package charset

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// The errors of this package.
var (
	ErrUnknown  = errors.New("the charset is not supported")
	ErrUnfit    = errors.New("the bytes are invalid in the charset")
	ErrTooLarge = errors.New("the text is too large in UTF-8")
)

// marks are the byte order marks. The mark of UTF-32 comes first, because it starts like the one of UTF-16.
var marks = [...]struct{ mark, name string }{
	{"\xef\xbb\xbf", "utf-8"},
	{"\xff\xfe\x00\x00", "utf-32le"},
	{"\x00\x00\xfe\xff", "utf-32be"},
	{"\xff\xfe", "utf-16le"},
	{"\xfe\xff", "utf-16be"},
}

// CutMark returns a text without its byte order mark, and the charset of the mark. Without a mark the charset is empty.
func CutMark(text []byte) (rest []byte, name string) {
	if len(text) == 0 || text[0] != 0 && text[0] < 0xef {
		return text, ""
	}
	for _, m := range marks {
		if strings.HasPrefix(m.name, "utf-32") && len(text)%4 != 0 {
			continue
		}
		if rest, ok := bytes.CutPrefix(text, []byte(m.mark)); ok {
			return rest, m.name
		}
	}
	return text, ""
}

// Decode converts a text without a byte order mark from a charset to UTF-8. Names are those of the WHATWG's encoding
// standard and of UTF-32. limit is the largest result in bytes; 0 means no limit. The error is ErrUnknown, ErrUnfit or
// ErrTooLarge.
func Decode(text []byte, name string, limit int64) ([]byte, error) {
	switch name = canonical(name); name {
	case "utf-8":
		if !utf8.Valid(text) {
			return nil, ErrUnfit
		}
		return text, nil
	case "us-ascii":
		if bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return nil, ErrUnfit
		}
		return text, nil
	}
	e := encodingOf(name, text)
	if e == nil {
		return nil, ErrUnknown
	}
	return convert(e, text, limit)
}

func convert(e encoding.Encoding, text []byte, limit int64) ([]byte, error) {
	r := e.NewDecoder().Reader(bytes.NewReader(text))
	if limit > 0 {
		r = io.LimitReader(r, limit+1)
	}
	decoded, err := io.ReadAll(r)
	switch {
	case err != nil:
		return nil, ErrUnfit
	case limit > 0 && int64(len(decoded)) > limit:
		return nil, ErrTooLarge
	case bytes.ContainsRune(decoded, utf8.RuneError) && !isFrom(e, decoded, text):
		return nil, ErrUnfit
	}
	return decoded, nil
}

// isFrom distinguishes a U+FFFD that the sender wrote from one that a decoder inserted for invalid bytes.
func isFrom(e encoding.Encoding, decoded, text []byte) bool {
	again, err := e.NewEncoder().Bytes(decoded)
	return err == nil && bytes.Equal(again, text)
}

// canonical returns the canonical spelling of a name. For the standard, ASCII is windows-1252. Here it is really ASCII, so
// that a sender with a wrong label gets an error.
func canonical(name string) string {
	name = strings.ToLower(strings.Trim(name, " \t\"'"))
	switch name {
	case "":
		return ""
	case "utf-8", "utf8":
		return "utf-8"
	case "us-ascii", "ascii", "ansi_x3.4-1968":
		return "us-ascii"
	case "utf16", "ucs-2":
		return "utf-16"
	case "utf32", "ucs-4":
		return "utf-32"
	}
	if strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32") {
		return name
	}
	if e, err := htmlindex.Get(name); err == nil {
		if standard, err := htmlindex.Name(e); err == nil {
			return standard
		}
	}
	return name
}

// encodingOf returns nil for an unsupported name. If neither the name nor a mark gives the byte order, a first byte of 0
// means big-endian, because text rarely starts beyond U+00FF. Otherwise it is little-endian, as in the standard.
func encodingOf(name string, text []byte) encoding.Encoding {
	bigEndian := len(text) > 0 && text[0] == 0
	switch name {
	case "utf-16le", "utf-16be":
		bigEndian = name == "utf-16be"
		fallthrough
	case "utf-16":
		if bigEndian {
			return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
		}
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-32le", "utf-32be":
		bigEndian = name == "utf-32be"
		fallthrough
	case "utf-32":
		if bigEndian {
			return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
		}
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "replacement", "x-user-defined": // names for encodings that a browser must not or cannot decode
		return nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}
