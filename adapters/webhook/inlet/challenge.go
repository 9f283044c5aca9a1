package inlet

import (
	"context"

	"sendbridge/internal/jsontext"

	"github.com/tidwall/gjson"
)

// A Reply is the body of the answer to a sender's question. The zero Reply is an empty body.
type Reply struct {
	JSON any    // is sent as JSON; nil for a body of another kind
	Text string // is sent as plain text where JSON is nil
}

// An asker answers what a sender wants to know before it sends events; ok is false if the message is no such question.
type asker func(ctx context.Context, message gjson.Result) (reply Reply, ok bool, err error)

// challenges are the senders whose questions an inlet may be told to answer, whatever its verifier.
var challenges = [...]struct {
	name string
	ask  asker
}{
	{"eventgrid", eventGridReply},
	{"slack", slackReply},
}

func challengeNames() []string {
	names := make([]string, len(challenges))
	for i := range challenges {
		names[i] = challenges[i].name
	}
	return names
}

// Ask answers what a sender wants to know before it sends events; ok is false if the body is no such question. The checks
// of head and body come before.
func (i *Inlet) Ask(ctx context.Context, body []byte) (reply Reply, ok bool, err error) {
	if i.checks.ask == nil && i.spec.Challenge == "" || !jsontext.Valid(body) {
		return Reply{}, false, nil
	}
	message := gjson.ParseBytes(body)
	if i.checks.ask != nil {
		if reply, ok, err = i.checks.ask(ctx, message); ok {
			return reply, ok, err
		}
	}
	for _, c := range challenges {
		if c.name == i.spec.Challenge {
			return c.ask(ctx, message)
		}
	}
	return Reply{}, false, nil
}

// eventGridReply gives the code back of a batch with nothing but the validation event of Event Grid's own schema.
// https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema
func eventGridReply(_ context.Context, batch gjson.Result) (reply Reply, ok bool, err error) {
	events := batch.Array()
	if !batch.IsArray() || len(events) != 1 || text(events[0], "eventType") != "Microsoft.EventGrid.SubscriptionValidationEvent" {
		return Reply{}, false, nil
	}
	code := text(events[0].Get("data"), "validationCode")
	return Reply{JSON: map[string]string{"validationResponse": code}}, code != "", nil
}

// slackReply gives the challenge back.
// https://docs.slack.dev/reference/events/url_verification
func slackReply(_ context.Context, message gjson.Result) (reply Reply, ok bool, err error) {
	challenge := text(message, "challenge")
	return Reply{Text: challenge}, text(message, "type") == "url_verification" && challenge != "", nil
}
