package doctor

import (
	"encoding/json"
	"strings"
)

// IsQuestion reports whether a payload asks a function for its own report. Such a payload is {"sendbridge":"doctor"}
// and nothing more, or a Function Compute timer event with that text as its payload, so that a timer can check a
// function regularly. It contains no topic, because whoever may invoke a function must not choose its topics.
// IsQuestion costs nothing for larger payloads.
func IsQuestion(payload []byte) bool {
	if len(payload) > 400 || !strings.Contains(string(payload), "doctor") {
		return false
	}
	var question map[string]any
	if json.Unmarshal(payload, &question) != nil {
		return false
	}
	if text, ok := question["payload"].(string); ok && len(question) == 3 && question["triggerTime"] != nil && question["triggerName"] != nil {
		question = nil
		if json.Unmarshal([]byte(text), &question) != nil {
			return false
		}
	}
	return len(question) == 1 && question["sendbridge"] == "doctor"
}
