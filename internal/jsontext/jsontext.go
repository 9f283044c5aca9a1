// Package jsontext checks whether bytes are JSON, without recursion and with one limit of depth. Call it before every other
// parser of untrusted input: those recurse once per level, and some search for the end of each level again.
package jsontext

// MaxDepth is the deepest nesting of JSON that is accepted, as in encoding/json.
const MaxDepth = 10_000

// A Verdict is the result of Check.
type Verdict int

// The results of Check.
const (
	NotJSON Verdict = iota // not exactly one JSON value
	JSON                   // exactly one JSON value, nested at most MaxDepth deep
	TooDeep                // valid up to the place where it nests deeper than MaxDepth
)

// invalid is the index after something that is not there or is not JSON.
const invalid = -1

// Valid reports whether s is exactly one JSON value, nested at most MaxDepth deep. White space around it is allowed, and
// strings may contain bytes that are not UTF-8.
func Valid[T string | []byte](s T) bool { return Check(s) == JSON }

// Check reads s once and stops at the first byte that decides. It allocates nothing for JSON with less than 64 levels.
func Check[T string | []byte](s T) Verdict {
	var room [64]byte
	open := room[:0] // the closing bytes of the open arrays and objects
	for i := 0; ; {
		// A value must follow.
		if i = space(s, i); i == len(s) {
			return NotJSON
		}
		empty := false
		if c := s[i]; c == '[' || c == '{' {
			if len(open) == MaxDepth {
				return TooDeep
			}
			open = append(open, c+2) // ] and } are two after [ and {
			if i, empty = begin(s, i); i != invalid && !empty {
				continue
			}
		} else {
			i = scalar(s, i)
		}
		if i == invalid {
			return NotJSON
		}
		// A value has ended, or an empty array or object must end.
		if i, open = after(s, i, open, empty); i == invalid {
			return NotJSON
		}
		if len(open) == 0 {
			return JSON
		}
	}
}

// begin returns the index of the first value of an array or object, or of its end if it is empty. It returns invalid if
// neither follows.
func begin[T string | []byte](s T, i int) (first int, empty bool) {
	c := s[i]
	i = space(s, i+1)
	switch {
	case i == len(s):
		return invalid, false
	case s[i] == c+2:
		return i, true
	case c == '{':
		return name(s, i), false
	}
	return i, false
}

// after returns the index of the next value after the end of a value, and what is open there. Nothing is open after the
// last value. It returns invalid if what follows is not JSON.
func after[T string | []byte](s T, i int, open []byte, empty bool) (next int, left []byte) {
	for {
		i = space(s, i)
		switch {
		case len(open) == 0 && i == len(s):
			return i, open
		case len(open) == 0, i == len(s):
			return invalid, nil
		case s[i] == open[len(open)-1]:
			open, empty = open[:len(open)-1], false
			i++
			continue
		case s[i] != ',', empty:
			return invalid, nil
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

// name returns the index after a member's name and colon, or invalid if they are missing.
func name[T string | []byte](s T, i int) int {
	if i == len(s) || s[i] != '"' {
		return invalid
	}
	if i = text(s, i+1); i == invalid {
		return invalid
	}
	if i = space(s, i); i == len(s) || s[i] != ':' {
		return invalid
	}
	return i + 1
}

// scalar returns the index after a string, a number, or the word true, false or null. It returns invalid if none of them is
// there.
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
	return invalid
}

func word[T string | []byte](s T, i int, want string) int {
	if len(s)-i < len(want) || string(s[i:i+len(want)]) != want {
		return invalid
	}
	return i + len(want)
}

// text returns the index after a string whose opening quote is before i.
func text[T string | []byte](s T, i int) int {
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return invalid
		case c == '\\':
			if i++; i == len(s) {
				return invalid
			}
			switch s[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				for range 4 {
					if i++; i == len(s) || !isHex(s[i]) {
						return invalid
					}
				}
			default:
				return invalid
			}
		}
	}
	return invalid
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number returns the index after a number that starts with a minus sign or a digit.
func number[T string | []byte](s T, i int) int {
	if s[i] == '-' {
		i++
	}
	first := i
	if i = digits(s, i); i == invalid || s[first] == '0' && i > first+1 {
		return invalid
	}
	if i < len(s) && s[i] == '.' {
		if i = digits(s, i+1); i == invalid {
			return invalid
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

// digits returns the index after at least one digit.
func digits[T string | []byte](s T, i int) int {
	first := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == first {
		return invalid
	}
	return i
}
