package template

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/text"
)

// Limits of a topic in characters, with its slashes. Alibaba does not document whether maxTopic includes P2P topics. They
// are not checked, because one with the longest client id exceeds it.
// https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/product-overview/limits
const (
	minTopic = 3
	maxTopic = 64
)

// A Topic is the compiled topic of a rule.
type Topic struct {
	template
	p2p       bool // parent/p2p/group@@@device, which reaches only that device
	p2pLevels int  // levels that are p2p in the rule
}

// Render returns the topic of an event's message. It has the rule's number of levels, except that ${+…} can add some. o is
// the event's Outside of this topic if the rule has each, and nil otherwise.
func (t *Topic) Render(buf []byte, v *cloudevent.View, o *Outside) (string, *fault.Error) {
	buf, f := t.append(buf, v, o)
	if f != nil {
		return "", f
	}
	rendered := string(buf)
	return rendered, t.check(rendered)
}

// check returns a fault if the values have made an invalid topic of a valid template.
func (t *Topic) check(rendered string) *fault.Error {
	p2pLevels := 0
	for level := range strings.SplitSeq(rendered, "/") {
		if level == "" {
			return SenderFault("topic %q has an empty level: write something between the slashes", text.Excerpt(rendered))
		}
		if strings.EqualFold(level, "p2p") {
			p2pLevels++
		}
	}
	if p2pLevels > t.p2pLevels {
		return SenderFault("topic %q has a level p2p that came from the event: only the rule may write p2p", text.Excerpt(rendered))
	}
	if length := utf8.RuneCountInString(rendered); length > maxTopic && !t.p2p {
		return SenderFault("topic %q has %d characters: it must have at most %d", text.Excerpt(rendered), length, maxTopic)
	}
	return nil
}

// checkLevel returns a fault if a value would make the topic invalid or add a level.
func (h *placeholder) checkLevel(val cloudevent.Value, s string) *fault.Error {
	if val.IsComposite() {
		return ruleFault("%s: %s is an object or an array: a topic takes text, numbers, true and false", h.text, val.Describe())
	}
	if bad := illegalInTopic(s); bad != "" {
		return SenderFault("%s: %s in %s: a topic must be UTF-8 without + # %% and control characters; ${slug:…} and ${hash:…} make a level of any text",
			h.text, bad, val.Describe())
	}
	if h.escaping == asLevel && strings.Contains(s, "/") {
		return SenderFault("%s: %s has a slash, which would add a level to the topic: only ${+…} allows it; ${slug:…} and ${hash:…} make one level of any text",
			h.text, val.Describe())
	}
	return nil
}

// illegalInTopic returns the first thing that a topic must not contain, or "": wildcards, % (which separates instance and
// topic in the service's own names), control characters, and bytes that are not UTF-8.
func illegalInTopic(s string) string {
	for _, r := range s {
		if r == '+' || r == '#' || r == '%' || unicode.IsControl(r) {
			return strconv.QuoteRune(r)
		}
	}
	if !utf8.ValidString(s) {
		return "a byte that is not UTF-8"
	}
	return ""
}
