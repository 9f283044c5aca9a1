package webhook_test

import (
	"context"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/fault"
)

// A callError is an error of a call that got as far as its reach.
type callError fault.Reach

func (e callError) Error() string { return "the topic devices/x is not allowed for account 123" }
func (e callError) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassMessage, Code: "NotAllowed", Reach: fault.Reach(e)}
}

// The text of an error is the sender's business if no call was made, because then it is about the request. The API's own texts
// are only for the log.
func TestWhoseTextAnErrorIs(t *testing.T) {
	for reach, ofRequest := range map[fault.Reach]bool{fault.ReachUnknown: true, fault.NotSent: true, fault.Answered: false, fault.Unanswered: false} {
		want := "the API rejects this message: change the event, because a retry would be rejected again"
		if ofRequest {
			want = callError(reach).Error()
		}
		w := answerTo(newHandler(answering(core.Result{Outcome: core.Refused, Err: callError(reach)}), webhook.Options{}), newRequest("", binaryHeaders()...))
		if p := problemOf(t, w); p.Detail != want {
			t.Errorf("reach %d: %s", reach, p.Detail)
		}
	}
}

// The title says in a few words whether a retry helps, and who has to act.
func TestTitlesOfProblems(t *testing.T) {
	const notSetUp, unknown = "The bridge is not set up to send", "The bridge does not know whether the message was sent"
	for class, want := range map[string]string{
		fault.ClassMessage:     "The event cannot be sent",
		fault.ClassThrottled:   "Too many messages at the moment",
		fault.ClassTransient:   "The message was not acknowledged, a retry may succeed",
		fault.ClassCredential:  notSetUp,
		fault.ClassPermission:  notSetUp,
		fault.ClassClock:       notSetUp,
		fault.ClassUnsupported: notSetUp,
		fault.ClassUnknown:     unknown,
		"odd":                  unknown,
	} {
		w := answerTo(newHandler(answering(failedWith(classError(class))), webhook.Options{}), newRequest("", binaryHeaders()...))
		if p := problemOf(t, w); p.Title != want {
			t.Errorf("%s: %s", class, p.Title)
		}
	}
	for name, c := range map[string]struct {
		o      webhook.Options
		body   string
		lines  []string
		status int
		want   string
	}{
		"no event":   {webhook.Options{}, "{}", []string{"Content-Type: application/json"}, 415, "Unsupported Media Type"},
		"malformed":  {webhook.Options{}, "{", []string{"Content-Type: " + structuredType}, 400, "Bad Request"},
		"no token":   {webhook.Options{Tokens: []string{"t"}}, "", binaryHeaders(), 401, "Unauthorized"},
		"too large":  {webhook.Options{MaxBody: 1}, "xx", binaryHeaders(), 413, "Request Entity Too Large"},
		"not set up": {webhook.Options{Closed: true}, "", binaryHeaders(), 403, "Forbidden"},
	} {
		w := answerTo(newHandler(sendAll, c.o), newRequest(c.body, c.lines...))
		if p := problemOf(t, w); w.Code != c.status || p.Title != c.want {
			t.Errorf("%s: %d %s", name, w.Code, p.Title)
		}
	}
	if w := answerTo(newHandler(func(context.Context, []core.Record) []core.Result { panic("a bug") }, webhook.Options{}), newRequest("", binaryHeaders()...)); w.Code != 500 || problemOf(t, w).Title != unknown {
		t.Errorf("a panic: %d %s", w.Code, w.Body)
	}
}
