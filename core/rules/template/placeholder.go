package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
	"sendbridge/internal/suggest"
)

// A placeholder is ${name}, ${$.path} or ${@.path}, each with :-fallback before the closing brace; in a topic with +
// after the opening one.
type placeholder struct {
	text        string // as written
	from        *variable
	fallback    string
	hasFallback bool
	slashes     bool // there is a +
	escaping    escaping
}

// A Scope is what the placeholders of a rule may name.
type Scope struct {
	Vars    map[string]*variable
	Element bool // the rule has each
	body    bool // $ is a request's body, not an event: there is none yet
}

// cutPlaceholder reads the placeholder that text starts with and returns what follows it.
func cutPlaceholder(str string, s Scope) (h placeholder, rest string, err error) {
	rest, h.slashes = strings.CutPrefix(str[len("${"):], "+")
	h.from, rest, err = s.cut(rest)
	if err == nil {
		rest, err = h.cutEnd(rest)
	}
	if err != nil {
		return h, str, fmt.Errorf("%s: %w", text.Excerpt(upToBrace(str)), err)
	}
	h.text = str[:len(str)-len(rest)]
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
func (s Scope) cut(str string) (*variable, string, error) {
	if strings.HasPrefix(str, "$") || strings.HasPrefix(str, "@") {
		p, rest, err := s.cutPath(str)
		if err == nil {
			err = s.check(p)
		} else if _, _, own := s.cutPath(strings.TrimSuffix(upToBrace(str), "}")); own != nil {
			err = own
		}
		return &variable{path: p}, rest, err
	}
	if s.body {
		return nil, str, errors.New("write ${$.path} for a value of the body, $${ for a literal ${")
	}
	end := strings.IndexFunc(str, text.NotNameRune)
	if end <= 0 {
		return nil, str, errors.New("write ${name} for a var, ${$.path} or ${@.path} for a value of the event, $${ for a literal ${")
	}
	name, rest := str[:end], str[end:]
	if x, ok := s.Vars[name]; ok {
		x.used = true
		return x, rest, nil
	}
	if len(s.Vars) == 0 {
		return nil, rest, fmt.Errorf("the rule has no vars: a path starts with $. or @., such as ${$.%s}", name)
	}
	return nil, rest, fmt.Errorf("%q is not a var of the rule: %s", name, suggest.Instead(name, slices.Sorted(maps.Keys(s.Vars))))
}

func (s Scope) cutPath(text string) (jsonpath.Path, string, error) {
	if !s.body {
		return jsonpath.CutPath(text)
	}
	p, rest, err := jsonpath.CutSegments(text)
	if err == nil && p.Element {
		err = fmt.Errorf("path %q: the body is $", p.Text)
	}
	p.Element = true // a view finds a body where it has an element
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
func (s Scope) path(text string, complain strictyaml.Complaint) jsonpath.Path {
	p, err := jsonpath.ParsePath(text)
	if err == nil {
		err = s.check(p)
	}
	if err != nil {
		complain("%v", err)
	}
	return p
}

func (s Scope) check(p jsonpath.Path) error {
	if p.Element && !s.Element && !s.body {
		return fmt.Errorf("path %q: @ is the element of each, and the rule has no each; the event is $", p.Text)
	}
	return nil
}
