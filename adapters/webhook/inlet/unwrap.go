package inlet

import (
	"strings"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
	"sendbridge/core/rules/template"
)

// readUnwrap reads the path of the data in the body. $ alone means all strings of the body that contain JSON.
func (s *Spec) readUnwrap(n rules.Node) {
	path := n.Text("unwrap")
	if s.unwrapFields = path == "$"; s.unwrapFields || path == "" {
		return
	}
	t, err := template.ParseBodyText("${" + path + "}")
	if err != nil || !strings.HasPrefix(path, "$") || strings.ContainsAny(path, "{}") || strings.Contains(path, ":-") {
		n.Mistake("unwrap %q must be a path in the body, such as $.payload, or $ for all its strings that contain JSON", path)
		return
	}
	s.unwrap = t
}

// unwrapped returns the data inside a JSON body, if the inlet unwraps it. If nothing is there, a path of the rules file is
// an error, and a path of a preset leaves the body as it is.
func (s *Spec) unwrapped(text, mediaType string, body []byte) ([]byte, string, error) {
	switch {
	case s.unwrap != nil:
		inside, err := s.unwrap.Render(text, nil)
		if err != nil {
			return nil, "", fault.New(fault.CodeInvalidEvent, fault.ActorSender, "unwrap: %v", err)
		}
		data, mediaType := cloudevent.Unwrap(inside)
		return data, mediaType, nil
	case s.unwrapFields:
		if text != "" {
			body = []byte(cloudevent.UnwrapMembers(text))
		}
		return body, mediaType, nil
	}
	for _, t := range s.facts.data {
		if inside, err := t.Render(text, nil); err == nil {
			if data, ok := cloudevent.DecodeBase64(inside); ok {
				return data, "", nil
			}
		}
	}
	return body, mediaType, nil
}
