package pattern

import (
	"fmt"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/text"
)

// Explain returns why an event does not match: the path of the first clause that failed, the wanted value, and the event's
// value. It returns "" if the event matches.
func (p *Pattern) Explain(v *cloudevent.View) string {
	failed := p.check(v)
	if failed.clause == nil {
		return ""
	}
	return fmt.Sprintf("%s: wants %s, has %s", failed.clause.path, text.Excerpt(failed.clause.written), failed.got.Describe())
}
