package template

import (
	"regexp"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/jsonpath"
)

// A variable is the source of a placeholder's value: usually a path, and how its value is converted.
type variable struct {
	source    source
	path      jsonpath.Path  // for fromPath
	rule      string         // for fromRule
	field     string         // for fromHeader
	match     *regexp.Regexp // selects its first group, or the whole match if it has no groups; nil selects the whole value
	format    timeFormat     // empty does not convert the value
	otherwise string         // the default; empty means none
	used      bool           // a placeholder refers to it
}

// value returns the variable's value for an event, or an empty one if it has neither a value nor a default. It returns a
// fault if match or format cannot convert the event's value.
func (x *variable) value(v *cloudevent.View) (cloudevent.Value, *fault.Error) {
	val := x.find(v)
	if (x.match != nil || x.format != "") && val.IsHalf() {
		return cloudevent.Value{}, cloudevent.HalfCharacter(x.path.Text)
	}
	if x.match != nil && !val.IsEmpty() {
		if val.IsComposite() {
			return cloudevent.Value{}, SenderFault("%s is %s: match takes text, numbers, true and false", x.path.Text, val.Describe())
		}
		val = cloudevent.Value{Kind: cloudevent.Text, Str: x.firstGroup(val.Text())}
	}
	if val.IsEmpty() {
		return cloudevent.Value{Kind: cloudevent.Text, Str: x.otherwise}, nil
	}
	if x.format == "" {
		return val, nil
	}
	s, ok := x.format.convert(val.Text())
	if !ok {
		return cloudevent.Value{}, SenderFault("%s is %s: format %s takes a time of RFC 3339, or seconds or milliseconds since 1970 of a year from 2000 to 2099",
			x.path.Text, val.Describe(), x.format)
	}
	return cloudevent.Value{Kind: cloudevent.Text, Str: s}, nil
}

// firstGroup returns the selected part of s, or "" if the expression does not match.
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

// name returns what errors call the variable.
func (x *variable) name() string {
	switch x.source {
	case fromNow:
		return "now"
	case fromRule:
		return "rule"
	case fromIndex:
		return "@index"
	case fromHeader:
		return headerPrefix + x.field
	}
	return x.path.Text
}

// whyEmpty returns why the variable has no value, for errors.
func (x *variable) whyEmpty(v *cloudevent.View) string {
	val := x.find(v)
	switch {
	case val.Kind == cloudevent.Missing:
		return x.name() + " is missing"
	case val.Text() == "":
		return x.name() + " is empty"
	case val.IsEmpty():
		return x.name() + " is null"
	}
	if x.match == nil || x.firstGroup(val.Text()) != "" {
		return x.name() + " is " + val.Describe() + ", of which the transform leaves nothing"
	}
	return x.name() + " is " + val.Describe() + ", which does not match " + x.match.String()
}
