package awslambda_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/awslambda"
	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/bridge"
	"sendbridge/core/rules"
)

// An inlet verifies the body as GitHub sent it, even if a function URL has encoded it as base64, and while CloudEvents from
// everybody are rejected.
func TestInletsBehindFunctionURLs(t *testing.T) {
	var specs []inlet.Spec
	set, err := rules.Parse("test.yaml", []byte("rules: [{topic: abc, payload: original}]\ninlets: {github: {verify: github, secretEnv: S}}"), inlet.Section(&specs))
	if err != nil {
		t.Fatal(err)
	}
	github, err := inlet.New(specs[0], []string{"secret"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	deliver := bridge.New(new(api), set, nil).Deliver
	quiet := slog.New(slog.DiscardHandler)
	h := awslambda.New(deliver, &awslambda.Options{HTTP: webhook.New(deliver, &webhook.Options{Closed: true, Log: quiet, Inlets: []*inlet.Inlet{github}})})
	const body = "{\"ref\":\"r\"}\r\n"
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(body))
	for path, want := range map[string]int64{"/in/github": 204, "/": 403, "/in/other": 400} {
		payload := fmt.Sprintf(`{"version":"2.0","routeKey":"$default","rawPath":%q,"rawQueryString":"","headers":{"content-type":"application/json","x-github-event":"push","x-github-delivery":"d","x-hub-signature-256":"sha256=%s"},`+
			`"body":%q,"isBase64Encoded":true,"requestContext":{"domainName":"x.lambda-url.eu-north-1.on.aws","http":{"method":"POST","path":%[1]q},"requestId":"1"}}`,
			path, hex.EncodeToString(mac.Sum(nil)), base64.StdEncoding.EncodeToString([]byte(body)))
		answer, err := h.Invoke(t.Context(), []byte(payload))
		if got := gjson.GetBytes(answer, "statusCode").Int(); err != nil || got != want {
			t.Errorf("%s: %d, want %d: %s, %v", path, got, want, answer, err)
		}
	}
}
