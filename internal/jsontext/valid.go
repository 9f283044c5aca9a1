// Package jsontext says whether text is JSON, before any parser looks at it.
package jsontext

import (
	"strings"
	"unsafe"
)

// MaxDepth is how deep JSON may nest, the same as in encoding/json.
const MaxDepth = 10_000

// Valid says whether s is one JSON value (RFC 8259) with nothing after it, nested at most MaxDepth deep. It goes over s
// once, without recursion and without memory that grows with s: s may be a stranger's.
func Valid(s string) bool {
	var open stack
	i := skipSpace(s, 0)
	for {
		// A value starts here.
		if i == len(s) {
			return false
		}
		switch c := s[i]; c {
		case '{', '[':
			if !open.push(c == '{') {
				return false
			}
			i = skipSpace(s, i+1)
			if i < len(s) && s[i] == c+2 { // nothing in it
				break
			}
			if c == '{' {
				if i = name(s, i); i < 0 {
					return false
				}
			}
			continue
		default:
			if i = scalar(s, i); i < 0 {
				return false
			}
		}
		// A value ends here, and perhaps what it stands in.
		i = skipSpace(s, i)
		for i < len(s) && open.depth > 0 && s[i] == open.end() {
			open.depth--
			i = skipSpace(s, i+1)
		}
		if open.depth == 0 {
			return i == len(s)
		}
		if i == len(s) || s[i] != ',' {
			return false
		}
		i = skipSpace(s, i+1)
		if open.end() == '}' {
			if i = name(s, i); i < 0 {
				return false
			}
		}
	}
}

// ValidBytes is Valid of bytes, which must not change during the call.
func ValidBytes(b []byte) bool { return Valid(unsafe.String(unsafe.SliceData(b), len(b))) }

// A stack remembers which brackets are open: a bit each, set for an object.
type stack struct {
	depth int
	bits  [(MaxDepth + 63) / 64]uint64
}

func (s *stack) push(object bool) bool {
	if s.depth == MaxDepth {
		return false
	}
	word, bit := &s.bits[s.depth/64], uint64(1)<<(s.depth%64)
	*word &^= bit
	if object {
		*word |= bit
	}
	s.depth++
	return true
}

func (s *stack) end() byte {
	if at := s.depth - 1; s.bits[at/64]>>(at%64)&1 == 1 {
		return '}'
	}
	return ']'
}

// name returns where the value of an object's member starts, or -1.
func name(s string, i int) int {
	if i == len(s) || s[i] != '"' {
		return -1
	}
	if i = quoted(s, i+1); i < 0 {
		return -1
	}
	if i = skipSpace(s, i); i == len(s) || s[i] != ':' {
		return -1
	}
	return skipSpace(s, i+1)
}

// scalar returns the end of a string, number or word that starts at i, or -1.
func scalar(s string, i int) int {
	switch c := s[i]; {
	case c == '"':
		return quoted(s, i+1)
	case c == '-' || isDigit(c):
		return number(s, i)
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(s[i:], word) {
			return i + len(word)
		}
	}
	return -1
}

// quoted returns the end of a string whose inside starts at i, or -1.
func quoted(s string, i int) int {
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c != '\\':
			continue
		}
		i++
		switch {
		case i == len(s) || strings.IndexByte(`"\/bfnrtu`, s[i]) < 0:
			return -1
		case s[i] == 'u':
			if len(s)-i < 5 || strings.Trim(s[i+1:i+5], "0123456789abcdefABCDEF") != "" {
				return -1
			}
			i += 4
		}
	}
	return -1
}

func number(s string, i int) int {
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if i = digits(s, i); i < 0 {
		return -1
	}
	if i < len(s) && s[i] == '.' {
		if i = digits(s, i+1); i < 0 {
			return -1
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		return digits(s, i)
	}
	return i
}

// digits returns the end of one or more digits, or -1.
func digits(s string, i int) int {
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}
