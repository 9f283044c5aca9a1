package core

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A placeholder is ${name}, ${$.path} or ${@.path}, each with :-fallback before the closing brace; in a topic with +
// after the opening one.
type placeholder struct {
	text        string // as written
	from        *variable
	fallback    string
	hasFallback bool
	slashes     bool // there is a +
	as          insertion
}

// A scope is what the placeholders of a rule may name.
type scope struct {
	vars    map[string]*variable
	element bool // the rule has each
	body    bool // $ is a request's body, not an event: there is none yet
}

// cutPlaceholder reads the placeholder that text starts with and returns what follows it.
func cutPlaceholder(text string, s scope) (h placeholder, rest string, err error) {
	rest, h.slashes = strings.CutPrefix(text[len("${"):], "+")
	h.from, rest, err = s.cut(rest)
	if err == nil {
		rest, err = h.cutEnd(rest)
	}
	if err != nil {
		return h, text, fmt.Errorf("%s: %w", excerpt(upToBrace(text)), err)
	}
	h.text = text[:len(text)-len(rest)]
	return h, rest, nil
}

// cutEnd reads the fallback, if there is one, and the closing brace. A fallback may have braces in pairs.
func (h *placeholder) cutEnd(rest string) (string, error) {
	fallback, ok := strings.CutPrefix(rest, ":-")
	if !ok {
		after, closed := strings.CutPrefix(rest, "}")
		if !closed {
			return rest, errors.New("after the name or path comes } or :-fallback}")
		}
		return after, nil
	}
	open := 1
	for i := range len(fallback) {
		switch fallback[i] {
		case '{':
			open++
		case '}':
			open--
		}
		if open == 0 {
			h.fallback, h.hasFallback = fallback[:i], true
			rest = fallback[i+1:]
			break
		}
	}
	switch {
	case !h.hasFallback:
		return rest, errors.New("the closing } is missing")
	case strings.Contains(h.fallback, "${"):
		return rest, errors.New("a fallback is text, in which placeholders are not filled in: name the value in vars, with a default")
	}
	return rest, nil
}

// cut reads the name or path that a placeholder starts with.
func (s scope) cut(text string) (*variable, string, error) {
	if strings.HasPrefix(text, "$") || strings.HasPrefix(text, "@") {
		p, rest, err := s.cutPath(text)
		if err == nil {
			err = s.check(p)
		} else if _, _, own := s.cutPath(strings.TrimSuffix(upToBrace(text), "}")); own != nil {
			err = own
		}
		return &variable{path: p}, rest, err
	}
	if s.body {
		return nil, text, errors.New("write ${$.path} for a value of the body, $${ for a literal ${")
	}
	end := strings.IndexFunc(text, notNameRune)
	if end <= 0 {
		return nil, text, errors.New("write ${name} for a var, ${$.path} or ${@.path} for a value of the event, $${ for a literal ${")
	}
	name, rest := text[:end], text[end:]
	if x, ok := s.vars[name]; ok {
		return x, rest, nil
	}
	if len(s.vars) == 0 {
		return nil, rest, fmt.Errorf("the rule has no vars: a path starts with $. or @., such as ${$.%s}", name)
	}
	return nil, rest, fmt.Errorf("%q is not a var of the rule: %s", name, nearest(name, slices.Sorted(maps.Keys(s.vars))))
}

func (s scope) cutPath(text string) (path, string, error) {
	if !s.body {
		return cutPath(text)
	}
	p, rest, err := cutSegments(text)
	if err == nil && p.element {
		err = fmt.Errorf("path %q: the body is $", p.text)
	}
	p.element = true // a view finds a body where it has an element
	return p, rest, err
}

// upToBrace is what a person would take for the rest of the placeholder, for an error to quote.
func upToBrace(text string) string {
	if end := strings.IndexByte(text, '}'); end >= 0 {
		return text[:end+1]
	}
	return text
}

// path reads a whole text as a path of the rule.
func (s scope) path(text string, complain complaint) path {
	p, err := parsePath(text)
	if err == nil {
		err = s.check(p)
	}
	if err != nil {
		complain("%v", err)
	}
	return p
}

func (s scope) check(p path) error {
	if p.element && !s.element && !s.body {
		return fmt.Errorf("path %q: @ is the element of each, and the rule has no each; the event is $", p.text)
	}
	return nil
}

// isNameRune says whether the name of a var, a parent topic or a group may have r.
func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}

func notNameRune(r rune) bool { return !isNameRune(r) }
