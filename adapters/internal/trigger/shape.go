package trigger

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
)

// A Shape lists the members that an envelope must have, so that an object which shares a few common names with it does not
// match. Each entry is the path of a member, followed by what its value must be:
//
//	"taskId"                anything but null
//	"ContactFlow=Event"     this text
//	"name:text"             text, not empty
//	"bot:object"            an object
//	"tasks:list"            an array
//	"offset:number"         a number
//
// A name that contains a dot is tried before a path.
type Shape []string

// Fits reports whether an object has all members of the right kind.
func (s Shape) Fits(m draft.Members) bool {
	for _, entry := range s {
		if !fits(m, entry) {
			return false
		}
	}
	return true
}

// FitsOneOf reports whether an element of a list fits. The other elements may be anything.
func (s Shape) FitsOneOf(list gjson.Result) (found bool) {
	if list.IsArray() {
		list.ForEach(func(_, element gjson.Result) bool {
			found = s.Fits(draft.MembersOf(element))
			return !found
		})
	}
	return found
}

func fits(m draft.Members, entry string) bool {
	if path, text, ok := strings.Cut(entry, "="); ok {
		v := at(m, path)
		return v.Type == gjson.String && v.Str == text
	}
	path, kind, _ := strings.Cut(entry, ":")
	v := at(m, path)
	switch kind {
	case "text":
		return v.Type == gjson.String && v.Str != ""
	case "object":
		return v.IsObject()
	case "list":
		return v.IsArray()
	case "number":
		return v.Type == gjson.Number
	}
	return v.Exists() && v.Type != gjson.Null
}

func at(m draft.Members, path string) gjson.Result {
	if v, ok := m[path]; ok {
		return v
	}
	outer, inner, nested := strings.Cut(path, ".")
	if v := m[outer]; nested {
		return v.Get(inner)
	}
	return gjson.Result{}
}
