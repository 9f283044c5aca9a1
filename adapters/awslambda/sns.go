// Notifications of SNS: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
// and their events: https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-sns.md

package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceSNS = "sns"

func isSNS(p *trigger.Payload) bool { return p.HasRecords("aws:sns", trigger.Shape{"Sns:object"}) }

func (s *sources) sns(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, r := range gjson.GetBytes(payload, "Records").Array() {
		subscription := r.Get("EventSubscriptionArn")
		via := arrival{ingress: byARN(r.Get("Sns.TopicArn"), sourceSNS), messageID: r.Get("Sns.MessageId").String()}
		records = append(records, via.stamp(s.notification(r.Get("Sns"), subscription.String(), in))...)
	}
	return records, nil
}

// notification returns the event of a notification, or the events in its message.
func (s *sources) notification(n gjson.Result, source string, in core.Invocation) []core.Record {
	message := n.Get("Message").String()
	if r, ok := binary(messageAttributes(n.Get("MessageAttributes"), "Value"), []byte(message), n.Raw); ok {
		return []core.Record{r}
	}
	if records, ok := s.unwrap(message, in); ok {
		return records
	}
	kind := n.Get("Type").String()
	if kind == "" {
		kind = "Notification"
	}
	e := draft.New(n.Get("MessageId").String(), source, "com.amazonaws.sns."+kind)
	e.SetText("subject", n.Get("Subject").String())
	e.Time(draft.Timestamp(n.Get("Timestamp")))
	e.JSON([]byte(n.Raw))
	return []core.Record{e.Record([]byte(n.Raw))}
}
