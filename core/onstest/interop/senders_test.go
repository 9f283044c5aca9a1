package interop

import (
	"encoding/base64"
	"net/http/httptest"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/bridge"
	"sendbridge/core/rules"
)

// Requests signed by the senders' own packages are acknowledged once. They are rejected if they were altered, signed with
// another secret, or are an hour old.
func TestSendersOfNPM(t *testing.T) {
	const file = `
rules: [{topic: a/b, payload: original}]
inlets:
  stripe: {verify: stripe, secretEnv: KEY}
  svix: {verify: svix, secretEnv: WHSEC}
  standard: {verify: standard, secretEnv: WHSEC, type: t}
  twilio: {verify: twilio, secretEnv: KEY, url: "https://bridge.example/in/twilio"}
`
	var specs []inlet.Spec
	set, err := rules.Parse("rules.yaml", []byte(file), inlet.Section(&specs))
	if err != nil {
		t.Fatal(err)
	}
	key := base64.StdEncoding.EncodeToString([]byte("a secret of npm's"))
	var inlets []*inlet.Inlet
	for i := range specs {
		secrets, err := specs[i].Secrets(map[string]string{"KEY": key, "WHSEC": "whsec_" + key})
		if err != nil {
			t.Fatal(err)
		}
		in, err := inlet.New(specs[i], secrets, nil)
		if err != nil {
			t.Fatal(err)
		}
		inlets = append(inlets, in)
	}
	sent := new(messages)
	server := httptest.NewServer(webhook.New(bridge.New(sent, set, nil).Deliver, &webhook.Options{Inlets: inlets}))
	t.Cleanup(server.Close)
	for how, want := range map[string]struct{ status, answers int }{"": {204, 4}, "altered": {401, 4}, "secret": {401, 4}, "late": {401, 3}} {
		args := []string{server.URL}
		if how != "" {
			args = append(args, how)
		}
		answers := runNode(t, "senders.mjs", args...)
		if len(answers) != want.answers {
			t.Errorf("%q: %d answers, want %d", how, len(answers), want.answers)
		}
		for _, a := range answers {
			if a.Status != want.status {
				t.Errorf("%s %s: %d %s, want %d", a.Name, how, a.Status, a.Body, want.status)
			}
		}
	}
	if len(sent.sent) != 4 {
		t.Errorf("%d messages, want 4", len(sent.sent))
	}
}
