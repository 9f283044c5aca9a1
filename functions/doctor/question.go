package doctor

import (
	"encoding/json"
	"strings"
)

// IsQuestion says whether a payload asks a function for its own report: it is {"sendbridge":"doctor"} and nothing more. No
// topic is part of it, as whoever may invoke a function does not choose its topics. It costs nothing for a payload that is
// larger than the question.
func IsQuestion(payload []byte) bool {
	if len(payload) > 100 || !strings.Contains(string(payload), "doctor") {
		return false
	}
	var question map[string]any
	return json.Unmarshal(payload, &question) == nil && len(question) == 1 && question["sendbridge"] == "doctor"
}
