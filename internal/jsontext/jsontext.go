// Package jsontext says whether bytes are JSON, without recursion and within one limit of depth. It stands in front of every
// parser of what others send: they go one call deeper a level, and some look for the end of each level anew.
package jsontext

// MaxDepth is how deep JSON may nest, the same as in encoding/json.
const MaxDepth = 10_000

// A Verdict is what Check finds.
type Verdict int

// What bytes are.
const (
	NotJSON Verdict = iota // not one JSON value and nothing after it
	JSON                   // one JSON value, nested at most MaxDepth deep
	TooDeep                // JSON as far as it was read, up to where it nests deeper than MaxDepth
)

// Valid says whether s is one JSON value, nested at most MaxDepth deep, with nothing after it but white space. Strings may
// have bytes that are not UTF-8.
func Valid[T string | []byte](s T) bool { return Check(s) == JSON }

// Check goes over s once, and stops at the first byte that decides. It allocates nothing for JSON less than 64 deep.
func Check[T string | []byte](s T) Verdict {
	var room [64]byte
	open := room[:0] // the bytes that end the arrays and objects that are open
	for i := 0; ; {
		// A value is due here.
		if i = space(s, i); i == len(s) {
			return NotJSON
		}
		empty := false
		if c := s[i]; c == '[' || c == '{' {
			if len(open) == MaxDepth {
				return TooDeep
			}
			open = append(open, c+2) // ] and } are two after [ and {
			if i, empty = begin(s, i); i >= 0 && !empty {
				continue
			}
		} else {
			i = scalar(s, i)
		}
		if i < 0 {
			return NotJSON
		}
		// A value has ended, or an empty array or object is about to.
		if i, open = after(s, i, open, empty); i < 0 {
			return NotJSON
		}
		if len(open) == 0 {
			return JSON
		}
	}
}

// begin goes from the start of an array or object to its first value, or to its end if it is empty; -1 if neither is there.
func begin[T string | []byte](s T, i int) (first int, empty bool) {
	c := s[i]
	i = space(s, i+1)
	switch {
	case i == len(s):
		return -1, false
	case s[i] == c+2:
		return i, true
	case c == '{':
		return name(s, i), false
	}
	return i, false
}

// after goes from the end of a value to where the next one is due, and says what is open there. Nothing is open after the
// last value of the text. It returns -1 for what cannot follow a value.
func after[T string | []byte](s T, i int, open []byte, empty bool) (next int, left []byte) {
	for {
		i = space(s, i)
		switch {
		case len(open) == 0 && i == len(s):
			return i, open
		case len(open) == 0, i == len(s):
			return -1, nil
		case s[i] == open[len(open)-1]:
			open, empty = open[:len(open)-1], false
			i++
			continue
		case s[i] != ',', empty:
			return -1, nil
		case open[len(open)-1] == '}':
			return name(s, space(s, i+1)), open
		}
		return i + 1, open
	}
}

func space[T string | []byte](s T, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// name returns what comes after a member's name and colon; -1 where they are not.
func name[T string | []byte](s T, i int) int {
	if i == len(s) || s[i] != '"' {
		return -1
	}
	if i = text(s, i+1); i < 0 {
		return -1
	}
	if i = space(s, i); i == len(s) || s[i] != ':' {
		return -1
	}
	return i + 1
}

// scalar returns what comes after a value that has no parts; -1 for what is no such value.
func scalar[T string | []byte](s T, i int) int {
	switch c := s[i]; {
	case c == '"':
		return text(s, i+1)
	case c == 't':
		return word(s, i, "true")
	case c == 'f':
		return word(s, i, "false")
	case c == 'n':
		return word(s, i, "null")
	case c == '-' || '0' <= c && c <= '9':
		return number(s, i)
	}
	return -1
}

func word[T string | []byte](s T, i int, want string) int {
	if len(s)-i < len(want) || string(s[i:i+len(want)]) != want {
		return -1
	}
	return i + len(want)
}

// text returns what comes after a string whose first quote is before i.
func text[T string | []byte](s T, i int) int {
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			if i++; i == len(s) {
				return -1
			}
			switch s[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				for range 4 {
					if i++; i == len(s) || !isHex(s[i]) {
						return -1
					}
				}
			default:
				return -1
			}
		}
	}
	return -1
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number returns what comes after a number that starts with a minus sign or a digit.
func number[T string | []byte](s T, i int) int {
	if s[i] == '-' {
		i++
	}
	first := i
	if i = digits(s, i); i < 0 || s[first] == '0' && i > first+1 {
		return -1
	}
	if i < len(s) && s[i] == '.' {
		if i = digits(s, i+1); i < 0 {
			return -1
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		return digits(s, i)
	}
	return i
}

// digits returns what comes after at least one digit.
func digits[T string | []byte](s T, i int) int {
	first := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == first {
		return -1
	}
	return i
}
