package charset

import (
	"bytes"
	"mime"
	"strings"

	"sendbridge/internal/jsontext"
)

// ToUTF8 returns a body whose media type is text in UTF-8 and without a byte order mark, and the media type that is then
// true: a charset parameter that named another says utf-8. JSON is UTF-8 where nothing says otherwise. A body of another
// type is returned as it is, whatever charset its type names: libraries write one beside images too. So is text of which
// neither a mark nor a parameter says what it is. A body of no type is text if it starts with UTF-8's mark and is UTF-8, or
// if it starts with another and is JSON. Limit and errors are Decode's.
func ToUTF8(body []byte, mediaType string, limit int64) (text []byte, trueType string, err error) {
	base, named := parse(mediaType)
	if !isText(base) {
		return body, mediaType, nil
	}
	text, name := CutMark(body)
	switch {
	case name != "":
	case named != "":
		name = named
	case IsJSON(base):
		name = "utf-8"
	default:
		return body, mediaType, nil
	}
	decoded, err := Decode(text, name, limit)
	if mediaType == "" && (err != nil || name != "utf-8" && !jsontext.Valid(decoded)) {
		return body, "", nil // bytes that start as a mark does
	}
	return withoutMarks(decoded), relabel(mediaType, named), err
}

// withoutMarks takes all marks off, so that it makes no difference how often a text is decoded. Empty stays empty, not nil.
func withoutMarks(text []byte) []byte {
	for bytes.HasPrefix(text, []byte("\ufeff")) {
		text = text[len("\ufeff"):]
	}
	return text
}

// Relabel returns a media type for what is UTF-8 now: a charset parameter that names another says utf-8.
func Relabel(mediaType string) string {
	return relabel(mediaType, Of(mediaType))
}

func relabel(mediaType, named string) string {
	switch canonical(named) {
	case "", "utf-8", "us-ascii":
		return mediaType
	}
	base, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return mediaType
	}
	parameters["charset"] = "utf-8"
	return mime.FormatMediaType(base, parameters)
}

// IsUnicode says whether a charset's name is that of UTF-8, UTF-16 or UTF-32; no name is UTF-8's.
func IsUnicode(name string) bool { return name == "" || strings.HasPrefix(canonical(name), "utf-") }

// IsForm says whether a media type is that of HTML's forms.
func IsForm(mediaType string) bool {
	return baseOf(mediaType) == "application/x-www-form-urlencoded"
}

// IsLines says whether a media type is one of JSON values on a line each, which has several names and is registered
// under none.
func IsLines(mediaType string) bool {
	switch baseOf(mediaType) {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines":
		return true
	}
	return false
}

// Of is the charset that a media type names; empty where it names none.
func Of(mediaType string) string {
	_, name := parse(mediaType)
	return name
}

// parse reads a media type as far as it can be read. The usual ones cost no allocation.
func parse(mediaType string) (base, charset string) {
	_, rest, _ := strings.Cut(mediaType, ";")
	switch rest = strings.TrimSpace(rest); {
	case rest == "":
		return baseOf(mediaType), ""
	case strings.EqualFold(rest, "charset=utf-8"):
		return baseOf(mediaType), "utf-8"
	}
	base, parameters, _ := mime.ParseMediaType(mediaType)
	return base, parameters["charset"]
}

func baseOf(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	return strings.ToLower(strings.TrimSpace(base))
}

// isText says whether a media type, in lower case, is one of text. No type at all may be.
func isText(base string) bool {
	if base == "" || strings.HasPrefix(base, "text/") {
		return true
	}
	for _, word := range [...]string{"json", "xml", "yaml", "javascript", "x-www-form-urlencoded", "csv", "graphql", "sql"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

// IsJSON says whether a media type is one of JSON, in whatever form.
func IsJSON(mediaType string) bool {
	return strings.Contains(baseOf(mediaType), "json")
}
