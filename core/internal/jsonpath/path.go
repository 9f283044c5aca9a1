// Package jsonpath parses singular JSONPath queries, which select one value, and finds that value in an event.
package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/text"
)

// MemberPath returns the path of a name under another path.
func MemberPath(parent, name string) string {
	if _, rest, err := cutShorthand(name); err == nil && rest == "" {
		return parent + "." + name
	}
	return parent + "['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']"
}

// A Path is a singular JSONPath query (RFC 9535): names and non-negative indexes, starting at the event ($) or at the
// element of each (@).
// https://www.rfc-editor.org/rfc/rfc9535#name-singular-query
//
// The parser is not a library, because a path in a template ends where other text continues, and because errors must say
// what to write instead.
type Path struct {
	Text     string
	Element  bool // the path starts at @
	Segments []segment
	Slot     cloudevent.Slot // where a View keeps what it finds
}

type segment struct {
	Name  string
	index int // -1 for a name
}

// Under reports whether the path leads to the value at names of the event, or to one inside it.
func (p Path) Under(names []string) bool {
	if p.Element || len(p.Segments) < len(names) {
		return false
	}
	for i, name := range names {
		if s := p.Segments[i]; s.index >= 0 || s.Name != name {
			return false
		}
	}
	return true
}

// ParsePath parses a complete text as a path.
func ParsePath(text string) (Path, error) {
	p, rest, err := CutPath(text)
	if err == nil && rest != "" {
		err = fmt.Errorf("path %q: %q after %q: a path consists of names and indexes, such as $.data.items[0].id or $.data['a.b']", text, rest, p.Text)
	}
	return p, err
}

// CutPath parses the path at the start of a text and returns the rest.
func CutPath(text string) (Path, string, error) {
	p, rest, err := CutSegments(text)
	if err == nil {
		err = p.check()
	}
	return p, rest, err
}

// CutSegments parses a path without checking whether an event can have it.
func CutSegments(text string) (Path, string, error) {
	if text == "" || text[0] != '$' && text[0] != '@' {
		return Path{}, text, fmt.Errorf("path %q: must start with $ (the event) or @ (the element of each)", text)
	}
	p := Path{Element: text[0] == '@'}
	rest := text[1:]
	for rest != "" && (rest[0] == '.' || rest[0] == '[') {
		s, after, err := cutSegment(rest)
		if err != nil {
			return Path{}, text, fmt.Errorf("path %q: %w", text, err)
		}
		p.Segments, rest = append(p.Segments, s), after
	}
	p.Text = text[:len(text)-len(rest)]
	return p, rest, nil
}

// check rejects a path that no event can have, and names of other event formats.
func (p Path) check() error {
	if p.Element {
		return nil
	}
	if len(p.Segments) == 0 {
		return fmt.Errorf("path %q: name an attribute or data, such as $.subject or $.data.id", p.Text)
	}
	first := p.Segments[0]
	if first.index >= 0 {
		return fmt.Errorf("path %q: an event has names, not indexes, at its top level: write $.data[%d]", p.Text, first.index)
	}
	if hint := NotAnAttribute(first.Name); hint != "" {
		return fmt.Errorf("path %q: %s", p.Text, hint)
	}
	if first.Name != "data" && len(p.Segments) > 1 {
		return fmt.Errorf("path %q: attribute %q is a single value; content is under $.data", p.Text, first.Name)
	}
	return nil
}

// NotAnAttribute returns why a name cannot be at the top level of an event and what to write instead, or an empty string.
func NotAnAttribute(name string) string {
	switch name {
	case "detail":
		return `"detail" is AWS's own format: in a CloudEvent the content is under "data"`
	case "detail-type":
		return `"detail-type" is AWS's own format: in a CloudEvent it is "type"`
	}
	if name == "" || !text.LowerAlphanumeric(name) {
		return fmt.Sprintf("%q is not an attribute: attribute names consist of a-z and 0-9; content is under \"data\"", name)
	}
	return ""
}

func cutSegment(rest string) (segment, string, error) {
	if rest[0] == '.' {
		return cutShorthand(rest[1:])
	}
	if len(rest) > 1 && (rest[1] == '\'' || rest[1] == '"') {
		name, after, err := cutQuoted(rest[1:])
		if err != nil {
			return segment{}, rest, err
		}
		if !strings.HasPrefix(after, "]") {
			return segment{}, rest, fmt.Errorf("missing ] after %q", name)
		}
		return segment{Name: name, index: -1}, after[1:], nil
	}
	inside, after, closed := strings.Cut(rest[1:], "]")
	n, err := strconv.Atoi(inside)
	if !closed || err != nil || n < 0 || strconv.Itoa(n) != inside {
		return segment{}, rest, fmt.Errorf("[%s]: want a whole number from 0 as an index, or a name in quotes, such as ['a.b']; wildcards are not supported", inside)
	}
	return segment{index: n}, after, nil
}

func cutShorthand(rest string) (segment, string, error) {
	end := strings.IndexFunc(rest, func(r rune) bool {
		return r < 0x80 && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		end = len(rest)
	}
	name, after := rest[:end], rest[end:]
	if name == "" || name[0] >= '0' && name[0] <= '9' || strings.HasPrefix(after, "-") {
		return segment{}, rest, fmt.Errorf(".%s: a name after a dot consists of letters, digits and _ and does not start with a digit; write other names as ['a-b'] and indexes as [0]", firstWord(rest))
	}
	return segment{Name: name, index: -1}, after, nil
}

// firstWord returns the beginning of s that a person would read as a name, for errors to quote.
func firstWord(s string) string {
	if end := strings.IndexAny(s, ".[]}: "); end >= 0 {
		return s[:end]
	}
	return s
}

// cutQuoted parses a quoted name with RFC 9535's escapes, which are JSON's and the escaped single quote.
func cutQuoted(rest string) (string, string, error) {
	quote := rest[0]
	var name strings.Builder
	for i := 1; i < len(rest); {
		switch c := rest[i]; c {
		case quote:
			return name.String(), rest[i+1:], nil
		case '\\':
			r, n := unescape(rest[i:], quote)
			if n == 0 {
				return "", rest, fmt.Errorf(`%q: unknown escape; use \\, \%c, \n, \t or \u and four hex digits`, rest, quote)
			}
			name.WriteRune(r)
			i += n
		default:
			name.WriteByte(c)
			i++
		}
	}
	return "", rest, fmt.Errorf("%s: missing closing %c", rest, quote)
}

// unescape decodes the escape that s starts with and says how long it was, 0 for none.
func unescape(s string, quote byte) (rune, int) {
	if len(s) > 1 && s[1] == quote {
		return rune(quote), 2
	}
	if len(s) > 1 && s[1] == '/' {
		return '/', 2
	}
	r, _, tail, err := strconv.UnquoteChar(s, 0)
	if n := len(s) - len(tail); err == nil && r != utf8.RuneError && strings.IndexByte(`\bfnrtu`, s[1]) >= 0 {
		return r, n
	}
	return 0, 0
}
