package main

import (
	"net/http"
	"strings"
	"testing"

	"sendbridge/functions/internal/runtimetest"
)

// The deployed functions answer doctor's test event with a report and send no message.
func TestFunctionsAnswerTheDoctorsQuestion(t *testing.T) {
	const question = `{"sendbridge":"doctor"}`
	b := newBench(t)
	reports := map[string]string{
		"go1":    startGo1(t, b.fcEnviron(uploadRules)).invoke(t, runtimetest.Handle, question, roleKey).Body,
		"lambda": startLambda(t, b.environ(busRules, rateless)).invoke(t, question).Body,
	}
	_, _, reports["custom"] = startCustom(t, b.fcEnviron(uploadRules)).ask(t, "/invoke", http.MethodPost, "/invoke", question, roleKey)
	for runtime, report := range reports {
		for _, want := range []string{`"identity"`, "1000000000000001", `"permission"`} {
			if !strings.Contains(report, want) {
				t.Errorf("%s: %s, want %s", runtime, report, want)
			}
		}
		showsNoSecret(t, report)
	}
	if n := len(b.emulator.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}
