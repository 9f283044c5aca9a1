package template

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/text"
)

// A transform makes a text of a value. It depends only on the value, so that a repeated event gives the same message.
type transform struct {
	name   string
	array  bool // takes an array of texts, numbers, true and false; other transforms take one of these
	number bool // makes a JSON number, which needs no quotes
	apply  func(string) (string, bool)
}

// transforms returns all transforms that a placeholder can have, as in ${lower:$.subject}. Only the transforms of times can
// fail: for a text that is not a time.
func transforms() []transform {
	return []transform{
		{name: "lower", apply: always(strings.ToLower)},
		{name: "upper", apply: always(strings.ToUpper)},
		{name: "trim", apply: always(strings.TrimSpace)},
		{name: "slug", apply: always(slug)},
		{name: "hash", apply: always(hash)},
		{name: "join", array: true, apply: always(joined)},
		{name: "unix", number: true, apply: timeFormat("unix").convert},
		{name: "unixms", number: true, apply: timeFormat("unixms").convert},
		{name: "rfc3339", apply: timeFormat("rfc3339").convert},
	}
}

func always(f func(string) string) func(string) (string, bool) {
	return func(s string) (string, bool) { return f(s), true }
}

// The limits of a slug leave a topic room for other levels.
const (
	maxSlug  = 32
	hashTail = 8
)

// slug keeps a-z and 0-9, -, _ and dots, in lower case, and writes one - for each run of other characters. The result is
// never empty, p2p, or longer than maxSlug: instead it gets a part of the value's hash, which keeps values distinct.
func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '.' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
			continue
		}
		gap = true
	}
	short := b.String()
	switch {
	case short == "" || short == "p2p":
		return hash(s)
	case len(short) > maxSlug:
		return strings.TrimRight(short[:maxSlug-hashTail-1], "-") + "-" + hash(s)[:hashTail]
	}
	return short
}

// hash returns the first 16 hexadecimal digits of SHA-256.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// joined returns the elements of an array with commas between them, without those that are null or empty.
func joined(array string) string {
	var parts []string
	gjson.Parse(array).ForEach(func(_, element gjson.Result) bool {
		if element.Type != gjson.Null && element.String() != "" {
			parts = append(parts, cloudevent.Value{Kind: cloudevent.JSON, JSON: element}.Text())
		}
		return true
	})
	return strings.Join(parts, ",")
}

// stringValue returns a text as a value that JSON templates write like a string of data.
func stringValue(s string) cloudevent.Value {
	return cloudevent.Value{Kind: cloudevent.JSON, JSON: gjson.Result{Type: gjson.String, Str: s, Raw: string(text.AppendJSONString(nil, s))}}
}
