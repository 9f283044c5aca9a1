package charset

import (
	"bytes"
	"mime"
	"strings"

	"sendbridge/internal/jsontext"
)

// ToUTF8 converts a body whose media type is text to UTF-8 without a byte order mark, and returns the media type of the
// result: a charset parameter with another name becomes utf-8. JSON is UTF-8 by default. A body of another type is returned
// unchanged, whatever charset its type names, because some libraries write one for images, too. Text without a mark and a
// charset parameter is also returned unchanged. A body without a type is text if it starts with UTF-8's mark and is UTF-8,
// or starts with another mark and is JSON. Limit and errors are those of Decode.
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
		return body, "", nil // bytes that only start like a mark
	}
	return withoutMarks(decoded), relabel(mediaType, named), err
}

// withoutMarks removes all marks, so that decoding a text again changes nothing. An empty text stays empty and does not
// become nil.
func withoutMarks(text []byte) []byte {
	for bytes.HasPrefix(text, []byte("\ufeff")) {
		text = text[len("\ufeff"):]
	}
	return text
}

// Relabel returns the media type of text that was converted to UTF-8: a charset parameter with another name becomes utf-8.
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

// IsUnicode reports whether a charset is UTF-8, UTF-16 or UTF-32. An empty name means UTF-8.
func IsUnicode(name string) bool { return name == "" || strings.HasPrefix(canonical(name), "utf-") }

// IsForm reports whether a media type is that of HTML forms.
func IsForm(mediaType string) bool {
	return baseOf(mediaType) == "application/x-www-form-urlencoded"
}

// IsLines reports whether a media type is newline-delimited JSON, which has several names and is not registered.
func IsLines(mediaType string) bool {
	switch baseOf(mediaType) {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines":
		return true
	}
	return false
}

// Of returns the charset of a media type, or an empty string.
func Of(mediaType string) string {
	_, name := parse(mediaType)
	return name
}

// parse parses a media type as far as possible. Common types cost no allocation.
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

// isText reports whether a media type, in lower case, may be text. An empty type may be.
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

// IsJSON reports whether a media type is JSON or based on it.
func IsJSON(mediaType string) bool {
	return strings.Contains(baseOf(mediaType), "json")
}
