package draft

import (
	"fmt"
	"strings"

	"sendbridge/internal/jsontext"

	"github.com/tidwall/gjson"
)

// Members are an object's by their exact names, as decoders by which structs are filled do not tell them.
type Members map[string]gjson.Result

// MembersOf returns an object's members; none of anything else.
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

// Have says whether all names are among them.
func (m Members) Have(names ...string) bool {
	for _, name := range names {
		if _, ok := m[name]; !ok {
			return false
		}
	}
	return true
}

// Shape describes a payload for an error, without a value of it.
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
