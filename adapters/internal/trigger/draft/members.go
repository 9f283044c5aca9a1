package draft

import (
	"fmt"
	"strings"

	"sendbridge/internal/jsontext"

	"github.com/tidwall/gjson"
)

// Members are the members of an object by their exact names, which decoding to structs does not distinguish.
type Members map[string]gjson.Result

// MembersOf returns an object's members, or none for any other value.
func MembersOf(object gjson.Result) Members {
	m := make(Members)
	if object.IsObject() {
		object.ForEach(func(name, value gjson.Result) bool {
			m[name.String()] = value
			return true
		})
	}
	return m
}

// Have reports whether all names exist.
func (m Members) Have(names ...string) bool {
	for _, name := range names {
		if _, ok := m[name]; !ok {
			return false
		}
	}
	return true
}

// Shape describes a payload for an error, without its values.
func Shape(payload []byte) string {
	if !jsontext.Valid(payload) {
		return fmt.Sprintf("%d bytes that are not JSON", len(payload))
	}
	switch v := gjson.ParseBytes(payload); {
	case v.IsObject():
		var names []string
		v.ForEach(func(name, _ gjson.Result) bool {
			names = append(names, fmt.Sprintf("%.40q", name.Str))
			return len(names) < 20
		})
		return "an object with the keys " + strings.Join(names, ", ")
	case v.IsArray():
		return "such an array"
	}
	return "such a JSON value"
}
