package cloudevent

import (
	"github.com/tidwall/gjson"
)

// EachElement passes an array's elements to yield until that returns false; those of an array inside the array come in
// its place. It goes over the text once: gjson's ForEach looks for the end of an inner array anew at each level, which
// some kilobytes of brackets would make expensive.
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

// objectEnd returns the length of the object that valid JSON starts with.
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
