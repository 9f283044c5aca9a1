package webhook

import (
	"context"
	"net/http"

	"github.com/tidwall/gjson"
)

// ask answers what a sender wants to know before it sends events; ok is false if the request is no such question. The
// sender has proven itself by then.
func (i *Inlet) ask(ctx context.Context, body []byte) (a answer, ok bool, err error) {
	if i.spec.Verify != "sns" && i.spec.Challenge == "" || !gjson.ValidBytes(body) {
		return a, false, nil
	}
	message := gjson.ParseBytes(body)
	switch {
	case i.spec.Verify == "sns" && text(message, "Type") == "SubscriptionConfirmation":
		return answer{status: http.StatusOK}, true, i.fetch.confirm(ctx, message)
	case i.spec.Challenge == "eventgrid":
		a, ok = eventGridAnswer(message)
	case i.spec.Challenge == "slack":
		a, ok = slackAnswer(message)
	}
	return a, ok, nil
}

// eventGridAnswer gives the code back of a batch with nothing but the validation event of Event Grid's own schema.
// https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema
func eventGridAnswer(batch gjson.Result) (a answer, ok bool) {
	events := batch.Array()
	if !batch.IsArray() || len(events) != 1 || text(events[0], "eventType") != "Microsoft.EventGrid.SubscriptionValidationEvent" {
		return a, false
	}
	code := text(events[0].Get("data"), "validationCode")
	if code == "" {
		return a, false
	}
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}},
		body: encode(map[string]string{"validationResponse": code})}, true
}

// slackAnswer gives the challenge back.
// https://docs.slack.dev/reference/events/url_verification
func slackAnswer(message gjson.Result) (a answer, ok bool) {
	challenge := text(message, "challenge")
	if text(message, "type") != "url_verification" || challenge == "" {
		return a, false
	}
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}},
		body: []byte(challenge)}, true
}
