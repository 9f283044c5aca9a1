package alifc_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/rules"
)

// An inlet verifies the body as GitHub sent it, even if an HTTP trigger has encoded it as base64, and while CloudEvents
// from everybody are rejected.
func TestInletsBehindHTTPTriggers(t *testing.T) {
	var specs []inlet.Spec
	_, err := rules.Parse("test.yaml", []byte("rules: [{topic: abc, payload: original}]\ninlets: {github: {verify: github, secretEnv: S}}"), inlet.Section(&specs))
	if err != nil {
		t.Fatal(err)
	}
	github, err := inlet.New(specs[0], []string{"secret"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := alifc.New(acknowledge, &alifc.Options{Log: quiet, HTTP: webhook.New(acknowledge, &webhook.Options{Closed: true, Log: quiet, Inlets: []*inlet.Inlet{github}})})
	const body = "{\"ref\":\"r\"}\r\n"
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(body))
	for path, want := range map[string]int64{"/in/github": 204, "/": 403, "/in/other": 400} {
		payload := fmt.Sprintf(`{"version":"v1","rawPath":%q,"headers":{"x-github-event":"push","X-GitHub-Delivery":"d","x-hub-signature-256":"sha256=%s"},`+
			`"queryParameters":{},"body":%q,"isBase64Encoded":true,"requestContext":{"http":{"method":"POST","path":%q},"requestId":"1"}}`,
			path, hex.EncodeToString(mac.Sum(nil)), base64.StdEncoding.EncodeToString([]byte(body)), path)
		answer, err := h.Invoke(t.Context(), []byte(payload))
		if got := gjson.GetBytes(answer, "statusCode").Int(); err != nil || got != want {
			t.Errorf("%s: %d, want %d: %s, %v", path, got, want, answer, err)
		}
	}
}
