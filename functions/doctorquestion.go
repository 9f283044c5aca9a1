package functions

import (
	"context"
	"encoding/json"
	"strings"
)

// OrDoctor answers {"sendbridge":"doctor"} with the report of this very process, which has the function's own role and way
// out, and gives everything else to invoke. It sends no message: a topic is no part of the question, as whoever may invoke
// a function does not choose its topics.
func (a *App) OrDoctor(invoke Invoke) Invoke {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		if isQuestion(payload) {
			return a.Doctor(ctx, "").JSON(), nil
		}
		return invoke(ctx, payload)
	}
}

// isQuestion costs nothing for what is larger than the question.
func isQuestion(payload []byte) bool {
	if len(payload) > 100 || !strings.Contains(string(payload), "doctor") {
		return false
	}
	var question map[string]any
	return json.Unmarshal(payload, &question) == nil && len(question) == 1 && question["sendbridge"] == "doctor"
}
