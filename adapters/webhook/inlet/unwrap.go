package inlet

import (
	"strings"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
	"sendbridge/core/rules/template"
)

// readUnwrap reads the path in the body of what becomes the data; $ alone stands for all texts of the body that are JSON.
func (s *Spec) readUnwrap(n rules.Node) {
	path := n.Text("unwrap")
	if s.unwrapFields = path == "$"; s.unwrapFields || path == "" {
		return
	}
	t, err := template.ParseBodyText("${" + path + "}")
	if err != nil || !strings.HasPrefix(path, "$") || strings.ContainsAny(path, "{}") || strings.Contains(path, ":-") {
		n.Mistake("unwrap %q must be a path in the body, such as $.payload, or $ for all its texts that are JSON", path)
		return
	}
	s.unwrap = t
}

// unwrapped returns what is inside a body of JSON, where the inlet unwraps it. A body of a sender whose table says where to look
// stays as it is where nothing is there; that of a file which says so is an error.
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
