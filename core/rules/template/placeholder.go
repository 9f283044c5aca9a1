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

// A placeholder is ${name}, ${$.path}, ${@.path}, ${@index}, ${now} or ${rule}. It may have transforms before the name, as
// in ${lower:name}, and :-fallback before the closing brace. In a topic it may have + after the opening brace.
type placeholder struct {
	text        string      // as written
	transforms  []transform // as written; the last one is applied first
	from        *variable
	fallback    string
	hasFallback bool
	slashes     bool // the placeholder has a +
	escaping    escaping
}

// A Scope has what the placeholders of a rule can refer to.
type Scope struct {
	Vars    map[string]*variable
	Element bool   // the rule has each
	Rule    string // the rule's name
	body    bool   // $ is a request's body, because the event does not exist yet
}

// cutPlaceholder parses the placeholder at the start of text and returns the text after it.
func cutPlaceholder(str string, s Scope) (h placeholder, rest string, err error) {
	rest, h.slashes = strings.CutPrefix(str[len("${"):], "+")
	h.transforms, rest = cutTransforms(rest)
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

// cutTransforms parses the names of transforms, each with a colon after it. A colon with - after it starts a fallback.
func cutTransforms(str string) (list []transform, rest string) {
	for {
		name, after, found := strings.Cut(str, ":")
		i := slices.IndexFunc(transforms(), func(t transform) bool { return t.name == name })
		if !found || i < 0 || strings.HasPrefix(after, "-") {
			return list, str
		}
		list, str = append(list, transforms()[i]), after
	}
}

// cutEnd parses the fallback, if there is one, and the closing brace. A fallback may contain pairs of braces.
func (h *placeholder) cutEnd(rest string) (string, error) {
	fallback, ok := strings.CutPrefix(rest, ":-")
	if !ok {
		after, closed := strings.CutPrefix(rest, "}")
		if !closed {
			return rest, errors.New("after the name or path, write } or :-fallback}")
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
		return rest, errors.New("a fallback must not contain placeholders: define the value in vars, with a default")
	}
	return rest, nil
}

// cut parses the name or path at the start of a placeholder.
func (s Scope) cut(str string) (*variable, string, error) {
	if x, rest, err := s.cutBuiltIn(str); x != nil || err != nil {
		return x, rest, err
	}
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
		return cutHeader(str)
	}
	end := strings.IndexFunc(str, text.NotNameRune)
	if end <= 0 {
		return nil, str, errors.New("write ${name} for a var, ${$.path} or ${@.path} for a value of the event, $${ for a literal ${")
	}
	name, rest := str[:end], str[end:]
	if strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, ":-") {
		return nil, rest, fmt.Errorf("%q is not a transform: %s", name, suggest.Instead(name, transformNames()))
	}
	if x, ok := s.Vars[name]; ok {
		x.used = true
		return x, rest, nil
	}
	if len(s.Vars) == 0 {
		return nil, rest, fmt.Errorf("the rule has no vars: a path starts with $. or @., such as ${$.%s}", name)
	}
	return nil, rest, fmt.Errorf("%q is not a var of the rule: %s", name, suggest.Instead(name, slices.Sorted(maps.Keys(s.Vars))))
}

// cutBuiltIn parses a name that is not a path and not a var of the rule. A var takes precedence over a built-in of the same
// name.
func (s Scope) cutBuiltIn(str string) (*variable, string, error) {
	if rest, ok := strings.CutPrefix(str, "@index"); ok && !s.body {
		if !s.Element {
			return nil, str, errors.New("@index is the index of an element of each, but the rule has no each")
		}
		return &variable{source: fromIndex}, rest, nil
	}
	end := strings.IndexFunc(str, text.NotNameRune)
	if end <= 0 || s.body || s.Vars[str[:end]] != nil {
		return nil, str, nil
	}
	switch str[:end] {
	case "now":
		return &variable{source: fromNow}, str[end:], nil
	case "rule":
		return &variable{source: fromRule, rule: s.Rule}, str[end:], nil
	}
	return nil, str, nil
}

func transformNames() []string {
	var names []string
	for _, t := range transforms() {
		names = append(names, t.name)
	}
	return names
}

func (s Scope) cutPath(text string) (jsonpath.Path, string, error) {
	if !s.body {
		return jsonpath.CutPath(text)
	}
	p, rest, err := jsonpath.CutSegments(text)
	if err == nil && p.Element {
		err = fmt.Errorf("path %q: the body is $", p.Text)
	}
	p.Element = true // a view has the body as its element
	return p, rest, err
}

// upToBrace returns what probably is the rest of the placeholder, for errors to quote.
func upToBrace(text string) string {
	if end := strings.IndexByte(text, '}'); end >= 0 {
		return text[:end+1]
	}
	return text
}

// path parses a whole text as a path of the rule.
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
		return fmt.Errorf("path %q: @ is the element of each, but the rule has no each; the event is $", p.Text)
	}
	return nil
}
