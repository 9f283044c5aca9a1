package cloudevent

import (
	"github.com/tidwall/gjson"
)

// EachElement calls yield with each element of an array until it returns false. It replaces an inner array by its elements.
// It reads the text once: gjson's ForEach searches for the end of an inner array again at each level, so some kilobytes of
// brackets would be expensive.
func EachElement(array string, yield func(gjson.Result) bool) {
	for i := 0; i < len(array); {
		switch array[i] {
		case '[', ']', ',', ' ', '\t', '\n', '\r':
			i++
			continue
		}
		element := gjson.Parse(array[i:])
		if element.Type == gjson.JSON {
			element.Raw = element.Raw[:objectEnd(element.Raw)]
		}
		if !yield(element) {
			return
		}
		i += len(element.Raw)
	}
}

// objectEnd returns the length of the object at the start of valid JSON.
func objectEnd(json string) int {
	depth, quoted := 0, false
	for i := 0; i < len(json); i++ {
		switch c := json[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(json)
}
