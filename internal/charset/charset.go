// Package charset turns text as it was sent into UTF-8. A byte order mark says more than a media type's charset, and is no
// part of the text. Nothing is replaced in silence: bytes that are not of their charset are an error.
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

// What can be wrong with a text.
var (
	ErrUnknown  = errors.New("the charset is not known")
	ErrUnfit    = errors.New("the bytes are not of the charset")
	ErrTooLarge = errors.New("the text is too large in UTF-8")
)

// marks are the byte order marks. That of UTF-32 starts as that of UTF-16 does, and comes before it.
var marks = [...]struct{ mark, name string }{
	{"\xef\xbb\xbf", "utf-8"},
	{"\xff\xfe\x00\x00", "utf-32le"},
	{"\x00\x00\xfe\xff", "utf-32be"},
	{"\xff\xfe", "utf-16le"},
	{"\xfe\xff", "utf-16be"},
}

// CutMark returns a text without its byte order mark and the charset that the mark stands for; the charset is empty where
// there is no mark.
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

// Decode returns a text of a charset, which has no byte order mark, in UTF-8. Names are those of the WHATWG's encoding
// standard, and UTF-32's. limit is how many bytes the result may have; 0 is any number. The error is ErrUnknown, ErrUnfit
// or ErrTooLarge.
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

// isFrom tells a U+FFFD that the sender wrote from those that a decoder puts in place of what it does not understand.
func isFrom(e encoding.Encoding, decoded, text []byte) bool {
	again, err := e.NewEncoder().Bytes(decoded)
	return err == nil && bytes.Equal(again, text)
}

// canonical is a name as senders and the standard spell it, in one spelling. To the standard, ASCII is windows-1252; here
// it is what it says, so that a sender whose label is wrong hears of it.
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

// encodingOf is nil for a name that is not known. Where neither name nor mark says which byte comes first, a first byte of
// 0 does, as text seldom starts beyond U+00FF; otherwise it is the lower one, as in the standard.
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
	case "replacement", "x-user-defined": // names for what a browser must not, or can't, understand
		return nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}
