package webhook_test

import (
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core/fault"
)

// gjson's own validity check recurses once per level, until the stack overflows and the process ends.
func TestNestingWithoutEndIsRefused(t *testing.T) {
	deep := strings.Repeat("[", 8_000_000)
	for name, c := range map[string]struct{ path, inlet, contentType string }{
		"structured":           {"/", "", "application/cloudevents+json"},
		"batch":                {"/", "", "application/cloudevents-batch+json"},
		"CloudEvents inlet":    {"/in/in", "{verify: bearer, secretEnv: S, cloudevents: true}", "application/json"},
		"structured at inlets": {"/in/in", "{verify: bearer, secretEnv: S, cloudevents: true}", "application/cloudevents+json"},
	} {
		t.Run(name, func(t *testing.T) {
			r := postTo(c.path, deep, "Content-Type: "+c.contentType)
			_, err := webhook.Decode(r)
			if c.inlet != "" {
				spec := specOf(t, c.inlet)
				_, err = webhook.DecodeInlet(&spec, postTo(c.path, deep, "Content-Type: "+c.contentType))
			}
			if err == nil || fault.Of(err).Class != fault.ClassMessage {
				t.Errorf("%v, want class message", err)
			}
		})
	}
}
