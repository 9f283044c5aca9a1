package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"sendbridge/internal/shorten"
)

// explain says why an event doesn't match: the path of the first clause that failed, what it wants, what the event
// has. It is empty if the event matches.
func (p *pattern) explain(v *view) string {
	failed := p.check(v)
	if failed.clause == nil {
		return ""
	}
	return fmt.Sprintf("%s: wants %s, has %s", failed.clause.path, excerpt(failed.clause.written), failed.got.describe())
}

func (v value) describe() string {
	switch v.kind {
	case attribute, text:
		return excerpt(fmt.Sprintf("%q", v.str))
	case binary:
		return "bytes that are not text"
	case content:
		var line bytes.Buffer
		if err := json.Compact(&line, []byte(v.json.Raw)); err == nil {
			return excerpt(line.String())
		}
		return excerpt(v.json.Raw)
	}
	return "nothing there"
}

// excerpt is what a line of a message holds of a text.
func excerpt(s string) string { return shorten.Characters(s, 80) }

// memberPath is the path of a name under another path.
func memberPath(parent, name string) string {
	if _, rest, err := cutShorthand(name); err == nil && rest == "" {
		return parent + "." + name
	}
	return parent + "['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']"
}
