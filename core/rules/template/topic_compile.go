package template

import (
	"strings"
	"unicode/utf8"

	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
)

// valueMark replaces a placeholder while the levels of a topic template are checked. No literal contains it, because
// control characters are rejected before.
const valueMark = "\x00"

// CompileTopic compiles a topic template. The parent topic, and the group of a P2P topic, must not contain placeholders, so
// that no event chooses them.
// https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/features-p2p-messaging-model
func CompileTopic(text string, s Scope, complain strictyaml.Complaint) Topic {
	tpl, ok := parseTemplate(text, s, complain)
	if !ok {
		return Topic{}
	}
	for _, literal := range tpl.literals {
		if bad := illegalInTopic(literal); bad != "" {
			complain("topic %q has %s: a topic must be UTF-8 without + # %% and control characters", text, bad)
			return Topic{}
		}
	}
	t := Topic{template: tpl}
	for i := range t.Placeholders {
		t.Placeholders[i].useInTopic(complain)
	}
	levels := strings.Split(strings.Join(tpl.literals, valueMark), "/")
	t.p2p = len(levels) > 1 && levels[1] == "p2p"
	for _, level := range levels {
		if strings.EqualFold(level, "p2p") {
			t.p2pLevels++
		}
	}
	if wrong := checkLevels(levels); wrong != "" {
		complain("topic %q: %s", text, wrong)
	} else if wrong := t.checkP2P(levels); wrong != "" {
		complain("topic %q: %s", text, wrong)
	} else {
		t.checkLength(text, complain)
	}
	return t
}

// useInTopic makes the placeholder a part of a topic.
func (h *placeholder) useInTopic(complain strictyaml.Complaint) {
	h.escaping = asLevel
	if h.slashes {
		h.escaping = asLevels
	}
	known := []string{h.fallback}
	if len(h.transforms) == 0 { // otherwise the value differs from the written text
		known = append(known, h.from.otherwise, h.from.rule)
	}
	for _, text := range known {
		if bad := illegalInTopic(text); bad != "" {
			complain("%s: %q has %s: a topic must be UTF-8 without + # %% and control characters", h.text, text, bad)
		} else if !h.slashes && strings.Contains(text, "/") {
			complain("%s: %q has a slash, which would add a level to the topic: only ${+…} allows it", h.text, text)
		}
	}
}

func checkLevels(levels []string) string {
	parent := levels[0]
	if strings.Contains(parent, valueMark) {
		return "the first level is the parent topic and must not contain placeholders: write it out, as in parent/${$.subject}"
	}
	for _, r := range parent {
		if !text.IsNameRune(r) {
			return "the first level is the parent topic, which has letters, digits, - and _ only"
		}
	}
	for _, level := range levels {
		if level == "" {
			return "a level is empty: leave out slashes at the start and the end, and double slashes"
		}
	}
	return ""
}

// checkP2P returns what is wrong with a topic whose second level is p2p, or "".
func (t *Topic) checkP2P(levels []string) string {
	if !t.p2p {
		if len(levels) > 1 && strings.EqualFold(levels[1], "p2p") {
			return "write p2p in lower case"
		}
		return ""
	}
	const form = "a P2P topic is parent/p2p/GID_group@@@device"
	if len(levels) != 3 {
		return form + ", three levels"
	}
	group, device, ok := strings.Cut(levels[2], "@@@")
	if !ok || device == "" || !strings.HasPrefix(group, "GID") || strings.ContainsFunc(group, text.NotNameRune) {
		return form + ", with the group written out: GID_ or GID- and letters, digits, - and _"
	}
	for _, h := range t.Placeholders {
		if h.slashes {
			return form + ", three levels, and ${+…} could add some"
		}
	}
	return ""
}

// checkLength reports a topic that is too short or too long with any values.
func (t *Topic) checkLength(text string, complain strictyaml.Complaint) {
	length := utf8.RuneCountInString(strings.Join(t.literals, ""))
	switch {
	case length < minTopic && len(t.Placeholders) == 0:
		complain("topic %q has %d characters: it must have at least %d", text, length, minTopic)
	case length > maxTopic && !t.p2p:
		complain("topic %q has %d characters besides its values: it must have at most %d in all", text, length, maxTopic)
	}
}
