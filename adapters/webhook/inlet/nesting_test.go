package inlet_test

import (
	"net/http"
	"strings"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// A deeply nested body of an unauthenticated sender costs no stack, at any inlet that reads bodies.
func TestNestingBeforeAuthentication(t *testing.T) {
	deep := strings.Repeat("[", 8_000_000)
	for name, yaml := range map[string]string{
		"sns":    "{verify: sns, topicArns: ['arn:aws:sns:us-east-1:123456789012:t']}",
		"hmac":   "{verify: hmac, hash: sha256, encoding: hex, secretEnv: S, header: X-Sign, type: t}",
		"github": "{verify: github, secretEnv: S}",
		"stripe": "{verify: stripe, secretEnv: S}",
	} {
		t.Run(name, func(t *testing.T) {
			i := open(t, yaml, []string{"secret"}, inlet.Options{})
			if _, err := enter(i, post(deep)); err == nil {
				t.Error("accepted")
			}
		})
	}
	spec := specOf(t, "{verify: none, unverified: anybody-may-post, type: t}")
	if r := spec.Event(http.Header{}, "application/json", []byte(deep)); len(r.Event.Data()) != len(deep) && r.Err == nil {
		t.Error("the body is neither kept as text nor rejected")
	}
}
