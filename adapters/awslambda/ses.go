// Mails that SES has received: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html

package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceSES = "ses"

func isSES(p *trigger.Payload) bool { return p.HasRecords("aws:ses", trigger.Shape{"ses:object"}) }

func ses(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, r := range gjson.GetBytes(payload, "Records").Array() {
		mail := r.Get("ses.mail")
		e := draft.New(mail.Get("messageId").String(), "aws:ses."+in.Region, "com.amazonaws.ses.receipt")
		e.Time(draft.Timestamp(mail.Get("timestamp")))
		e.JSON([]byte(r.Get("ses").Raw))
		records = append(records, arrival{ingress: ingress(sourceSES)}.record(e, r.Raw))
	}
	return records, nil
}
