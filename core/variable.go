package core

import (
	"regexp"

	"sendbridge/core/fault"
)

// A variable is where a placeholder's value comes from: a path, and what is made of what it finds.
type variable struct {
	path      path
	match     *regexp.Regexp // nil takes the whole value; else its first group, or the whole match without groups
	format    timeFormat     // empty leaves the value as it is
	otherwise string         // the default, empty for none
}

// value returns the variable's value for an event, empty if there is none and no default. The fault says that the
// event's value is nothing that match or format can work on.
func (x *variable) value(v *view) (value, *fault.Error) {
	val := x.path.find(v)
	if x.match != nil && !val.isEmpty() {
		if val.isComposite() {
			return value{}, senderFault("%s is %s: match takes text, numbers, true and false", x.path.text, val.describe())
		}
		val = value{kind: text, str: x.firstGroup(val.text())}
	}
	if val.isEmpty() {
		return value{kind: text, str: x.otherwise}, nil
	}
	if x.format == "" {
		return val, nil
	}
	s, ok := x.format.convert(val.text())
	if !ok {
		return value{}, senderFault("%s is %s: format %s takes a time of RFC 3339, or seconds or milliseconds since 1970",
			x.path.text, val.describe(), x.format)
	}
	return value{kind: text, str: s}, nil
}

// firstGroup is empty if the expression doesn't match.
func (x *variable) firstGroup(s string) string {
	at := x.match.FindStringSubmatchIndex(s)
	if len(at) > 2 {
		at = at[2:]
	}
	if len(at) == 0 || at[0] < 0 {
		return ""
	}
	return s[at[0]:at[1]]
}

// whyEmpty says for an error why the variable has no value.
func (x *variable) whyEmpty(v *view) string {
	val := x.path.find(v)
	switch {
	case val.kind == missing:
		return x.path.text + " is missing"
	case val.text() == "":
		return x.path.text + " is empty"
	case val.isEmpty():
		return x.path.text + " is null"
	}
	return x.path.text + " is " + val.describe() + ", which does not match " + x.match.String()
}
