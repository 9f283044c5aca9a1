package inlet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/tidwall/gjson"

	"sendbridge/internal/jsontext"
)

// A Reply is the body of the answer to a sender's question. The zero Reply is an empty body.
type Reply struct {
	JSON any    // sent as JSON unless nil
	Text string // sent as text/plain if JSON is nil
}

// An asker answers a question that a sender asks before it sends events. ok is false if the message is not a question.
type asker func(ctx context.Context, message gjson.Result) (reply Reply, ok bool, err error)

// A question is an authenticated message that may be a question.
type question struct {
	header  http.Header
	message gjson.Result
	keys    []string // the inlet's secrets
}

// A challenge is a kind of question that some senders ask before they send events, with any verifier.
type challenge struct {
	name  string
	ask   func(question) (reply Reply, ok bool)                                       // answers an authenticated sender; nil if there is no such question
	greet func(r *http.Request, body []byte, secrets []string) (reply Reply, ok bool) // answers an unsigned request; nil if there is no such question
}

var challenges = [...]challenge{
	{name: "eventgrid", ask: eventGridReply},
	{name: "slack", ask: slackReply},
	{name: "zoom", ask: zoomReply},
	{name: "twitch", ask: twitchReply},
	{name: "meta", greet: metaGreeting},
	{name: "trello", greet: headGreeting},
	{name: "echo", greet: echoGreeting},
	{name: "woocommerce", greet: wooGreeting},
}

func challengeNames() []string {
	names := make([]string, len(challenges))
	for i := range challenges {
		names[i] = challenges[i].name
	}
	return names
}

func challengeOf(name string) challenge {
	for _, c := range challenges {
		if c.name == name {
			return c
		}
	}
	return challenge{}
}

// Ask answers a question that a sender asks before it sends events. ok is false if the body is not a question. Call it
// after CheckHead and CheckBody.
func (i *Inlet) Ask(r *http.Request, body []byte) (reply Reply, ok bool, err error) {
	c := challengeOf(i.spec.Challenge)
	if i.checks.ask == nil && c.ask == nil || !jsontext.Valid(body) {
		return Reply{}, false, nil
	}
	message := gjson.ParseBytes(body)
	if i.checks.ask != nil {
		if reply, ok, err = i.checks.ask(r.Context(), message); ok {
			return reply, ok, err
		}
	}
	if c.ask == nil {
		return Reply{}, false, nil
	}
	reply, ok = c.ask(question{header: r.Header, message: message, keys: i.secrets})
	return reply, ok, nil
}

// Greet answers an unauthenticated request with which the inlet's sender checks the address. ok is false for any other
// request. The answer contains nothing that the request did not contain.
func (i *Inlet) Greet(r *http.Request, body []byte) (reply Reply, ok bool) {
	c := challengeOf(i.spec.Challenge)
	if c.greet == nil {
		return Reply{}, false
	}
	return c.greet(r, body, i.secrets)
}

// eventGridReply returns the code of a batch that contains only the validation event of Event Grid's own schema.
// https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema
func eventGridReply(q question) (reply Reply, ok bool) {
	events := q.message.Array()
	if !q.message.IsArray() || len(events) != 1 || text(events[0], "eventType") != "Microsoft.EventGrid.SubscriptionValidationEvent" {
		return Reply{}, false
	}
	code := text(events[0].Get("data"), "validationCode")
	return Reply{JSON: map[string]string{"validationResponse": code}}, code != ""
}

// slackReply returns the challenge.
// https://docs.slack.dev/reference/events/url_verification
func slackReply(q question) (reply Reply, ok bool) {
	given := text(q.message, "challenge")
	return Reply{Text: given}, text(q.message, "type") == "url_verification" && given != ""
}

// zoomReply signs the token with the secret. During a rotation it uses the first secret.
// https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
func zoomReply(q question) (reply Reply, ok bool) {
	token := text(q.message.Get("payload"), "plainToken")
	if text(q.message, "event") != "endpoint.url_validation" || token == "" || len(q.keys) == 0 {
		return Reply{}, false
	}
	k := keyring{hash: sha256.New}
	return Reply{JSON: map[string]string{"plainToken": token, "encryptedToken": hex.EncodeToString(k.sum(q.keys[0], []byte(token)))}}, true
}

// twitchReply returns the challenge. It recognises a question by its body, because the header that marks it is not signed.
// https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request
func twitchReply(q question) (reply Reply, ok bool) {
	given := text(q.message, "challenge")
	return Reply{Text: given}, given != "" && q.message.Get("subscription").IsObject() && !q.message.Get("event").Exists()
}
