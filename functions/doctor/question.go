package doctor

import (
	"encoding/json"
	"strings"
)

// IsQuestion says whether a payload asks a function for its own report: it is {"sendbridge":"doctor"} and nothing more, or
// an event of Function Compute's timer with that as its payload, so that a timer can be a canary. No topic is part of it, as
// whoever may invoke a function does not choose its topics. It costs nothing for a payload that is larger than the question.
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
