package inlet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook/inlet"
)

// Only the exact question of a sender is answered. Anything else may be an event, and no event may be lost as a question.
func TestWhatIsAQuestion(t *testing.T) {
	text := func(s string) *inlet.Reply { return &inlet.Reply{Text: s} }
	grid := func(elements string) string { return "[" + elements + "]" }
	const validation = `{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"c"}}`
	const zoom = `{"event":"endpoint.url_validation","payload":{"plainToken":"p"}}`
	for name, c := range map[string]struct {
		challenge, body string
		want            *inlet.Reply // nil: it is not a question
	}{
		"event grid":                    {"eventgrid", grid(validation), &inlet.Reply{JSON: map[string]string{"validationResponse": "c"}}},
		"event grid, without a list":    {"eventgrid", validation, nil},
		"event grid, beside an event":   {"eventgrid", grid(validation + "," + validation), nil},
		"event grid, nothing":           {"eventgrid", grid(""), nil},
		"event grid, an event":          {"eventgrid", grid(`{"eventType":"Microsoft.Storage.BlobCreated","data":{"validationCode":"c"}}`), nil},
		"event grid, no code":           {"eventgrid", grid(`{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{}}`), nil},
		"slack":                         {"slack", `{"type":"url_verification","challenge":"c"}`, text("c")},
		"slack, an event":               {"slack", `{"type":"event_callback","challenge":"c"}`, nil},
		"slack, nothing to repeat":      {"slack", `{"type":"url_verification","challenge":""}`, nil},
		"slack, a body that is cut off": {"slack", `{"type":"url_verification","challenge":"c"`, nil},
		"zoom":                          {"zoom", zoom, &inlet.Reply{JSON: map[string]string{"plainToken": "p", "encryptedToken": hex256("first", "p")}}},
		"zoom, an event":                {"zoom", `{"event":"meeting.started","payload":{"plainToken":"p"}}`, nil},
		"zoom, no token":                {"zoom", `{"event":"endpoint.url_validation","payload":{}}`, nil},
		"twitch":                        {"twitch", `{"challenge":"c","subscription":{"id":"1"}}`, text("c")},
		"twitch, an event":              {"twitch", `{"challenge":"c","subscription":{"id":"1"},"event":{}}`, nil},
		"twitch, no subscription":       {"twitch", `{"challenge":"c"}`, nil},
		"twitch, nothing to repeat":     {"twitch", `{"challenge":"","subscription":{"id":"1"}}`, nil},
		"another sender's":              {"zoom", `{"type":"url_verification","challenge":"c"}`, nil},
		"of a sender that only greets":  {"echo", `{"type":"url_verification","challenge":"c"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			i := open(t, "{verify: bearer, secretEnv: S, type: t, challenge: "+c.challenge+"}", []string{"first", "second"}, inlet.Options{})
			wantReply(t, i, c.body, c.want)
		})
	}
	unasked := open(t, "{verify: bearer, secretEnv: S, type: t}", []string{"k"}, inlet.Options{})
	wantReply(t, unasked, `{"type":"url_verification","challenge":"c"}`, nil)
	nobody := open(t, "{verify: none, unverified: anybody-may-post, type: t, challenge: zoom}", nil, inlet.Options{})
	wantReply(t, nobody, zoom, nil) // there is no secret to sign with
}

func wantReply(t *testing.T, i *inlet.Inlet, body string, want *inlet.Reply) {
	t.Helper()
	reply, ok, err := i.Ask(post(body).Request, []byte(body))
	if err != nil || ok != (want != nil) {
		t.Errorf("a question: %t, %v", ok, err)
	} else if ok && !cmp.Equal(*want, reply) {
		t.Error(cmp.Diff(*want, reply))
	}
}

// The file may choose another kind of question than the preset's.
func TestTheKindOfQuestionsOfAPreset(t *testing.T) {
	const slack, twitch = `{"type":"url_verification","challenge":"c"}`, `{"challenge":"c","subscription":{}}`
	preset := open(t, "{verify: slack, secretEnv: S}", []string{"k"}, inlet.Options{})
	wantReply(t, preset, slack, &inlet.Reply{Text: "c"})
	changed := open(t, "{verify: slack, secretEnv: S, challenge: twitch}", []string{"k"}, inlet.Options{})
	wantReply(t, changed, slack, nil)
	wantReply(t, changed, twitch, &inlet.Reply{Text: "c"})
}
