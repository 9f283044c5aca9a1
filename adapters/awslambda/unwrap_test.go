package awslambda

import (
	"encoding/json"
	"fmt"
	"testing"

	"sendbridge/core"
	"sendbridge/core/coretest"
)

func decodedBy(t *testing.T, payload string) core.Record {
	t.Helper()
	records, err := newTable(nil).Of([]byte(payload)).Decode([]byte(payload), coretest.Invocation)
	if err != nil || len(records) != 1 || records[0].Err != nil {
		t.Fatalf("%s: %+v, %v", payload, records, err)
	}
	return records[0]
}

// Five envelopes are opened. What is in a sixth stays text, so that a sender cannot make a function work without end.
func TestEnvelopesInEnvelopes(t *testing.T) {
	for _, c := range []struct {
		envelopes int
		want      string // type
	}{
		{1, "inner"}, {5, "inner"}, {6, "com.amazonaws.sqs.message"}, {7, "com.amazonaws.sqs.message"},
	} {
		body := `{"specversion":"1.0","id":"1","source":"/s","type":"inner"}`
		for i := range c.envelopes {
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			body = fmt.Sprintf(`{"Records":[{"messageId":"%d","body":%s,"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:x:1:q%[1]d"}]}`, i, text)
		}
		r := decodedBy(t, body)
		if outer := fmt.Sprintf("lambda:arn:aws:sqs:x:1:q%d", c.envelopes-1); r.Event.Type() != c.want || r.Ingress != outer {
			t.Errorf("%d envelopes: %s by %s, want %s by %s", c.envelopes, r.Event.Type(), r.Ingress, c.want, outer)
		}
	}
}

func TestKindsOfNotifications(t *testing.T) {
	for member, want := range map[string]string{
		``:                                   "com.amazonaws.sns.Notification",
		`"Type":"",`:                         "com.amazonaws.sns.Notification",
		`"Type":"Notification",`:             "com.amazonaws.sns.Notification",
		`"Type":"UnsubscribeConfirmation",`:  "com.amazonaws.sns.UnsubscribeConfirmation",
		`"Type":"SubscriptionConfirmation",`: "com.amazonaws.sns.SubscriptionConfirmation",
	} {
		r := decodedBy(t, `{"Records":[{"EventSource":"aws:sns","EventSubscriptionArn":"arn:aws:sns:x:1:t:2","Sns":{`+member+`"MessageId":"n","TopicArn":"arn:aws:sns:x:1:t","Message":"m"}}]}`)
		if r.Event.Type() != want || r.Ingress != "lambda:arn:aws:sns:x:1:t" {
			t.Errorf("%s: %s by %s, want %s", member, r.Event.Type(), r.Ingress, want)
		}
	}
}

// The function of a failed call is named without its version, so that a new version does not change the source.
func TestFunctionsOfFailedCalls(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:lambda:x:1:function:f":         "arn:aws:lambda:x:1:function:f",
		"arn:aws:lambda:x:1:function:f:7":       "arn:aws:lambda:x:1:function:f",
		"arn:aws:lambda:x:1:function:f:$LATEST": "arn:aws:lambda:x:1:function:f",
		"arn:aws:lambda:x:1:function":           "own",
		"f":                                     "own",
	} {
		payload := `{"requestContext":{"requestId":"1","functionArn":"` + arn + `","condition":"RetriesExhausted"},"requestPayload":{"a":1}}`
		table := newTable(&SourceOptions{Type: "t"})
		records, err := table.Of([]byte(payload)).Decode([]byte(payload), core.Invocation{RequestID: "2", Function: "own"})
		if err != nil || len(records) != 1 || records[0].Event.Source() != want || records[0].Event.ID() != "1" {
			t.Errorf("%s: %+v, %v, want the source %s", arn, records, err, want)
		}
	}
}
