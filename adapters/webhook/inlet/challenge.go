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
	JSON any    // is sent as JSON; nil for a body of another kind
	Text string // is sent as plain text where JSON is nil
}

// An asker answers what a sender wants to know before it sends events; ok is false if the message is no such question.
type asker func(ctx context.Context, message gjson.Result) (reply Reply, ok bool, err error)

// A question is what a sender has proven itself with, and asks.
type question struct {
	header  http.Header
	message gjson.Result
	keys    []string // the inlet's secrets
}

// A challenge is what senders of a kind ask before they send events, whatever the inlet's verifier.
type challenge struct {
	name  string
	ask   func(question) (reply Reply, ok bool)                                       // of a sender that has proven itself; nil for nothing
	greet func(r *http.Request, body []byte, secrets []string) (reply Reply, ok bool) // of one that cannot, as nothing is signed; nil for nothing
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

// Ask answers what a sender wants to know before it sends events; ok is false if the body is no such question. The checks
// of head and body come before.
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

// Greet answers a request that proves nothing, where the inlet's sender is known to ask by such; ok is false for any other
// request. What is answered says nothing that the request did not have in it.
func (i *Inlet) Greet(r *http.Request, body []byte) (reply Reply, ok bool) {
	c := challengeOf(i.spec.Challenge)
	if c.greet == nil {
		return Reply{}, false
	}
	return c.greet(r, body, i.secrets)
}

// eventGridReply gives the code back of a batch with nothing but the validation event of Event Grid's own schema.
// https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema
func eventGridReply(q question) (reply Reply, ok bool) {
	events := q.message.Array()
	if !q.message.IsArray() || len(events) != 1 || text(events[0], "eventType") != "Microsoft.EventGrid.SubscriptionValidationEvent" {
		return Reply{}, false
	}
	code := text(events[0].Get("data"), "validationCode")
	return Reply{JSON: map[string]string{"validationResponse": code}}, code != ""
}

// slackReply gives the challenge back.
// https://docs.slack.dev/reference/events/url_verification
func slackReply(q question) (reply Reply, ok bool) {
	given := text(q.message, "challenge")
	return Reply{Text: given}, text(q.message, "type") == "url_verification" && given != ""
}

// zoomReply signs the token with the secret. A rotating sender is answered by the first.
// https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
func zoomReply(q question) (reply Reply, ok bool) {
	token := text(q.message.Get("payload"), "plainToken")
	if text(q.message, "event") != "endpoint.url_validation" || token == "" || len(q.keys) == 0 {
		return Reply{}, false
	}
	k := keyring{hash: sha256.New}
	return Reply{JSON: map[string]string{"plainToken": token, "encryptedToken": hex.EncodeToString(k.sum(q.keys[0], []byte(token)))}}, true
}

// twitchReply gives the challenge back. What says in a header that it is a question is known by its challenge, which alone is
// signed.
// https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request
func twitchReply(q question) (reply Reply, ok bool) {
	given := text(q.message, "challenge")
	return Reply{Text: given}, given != "" && q.message.Get("subscription").IsObject() && !q.message.Get("event").Exists()
}
