// Triggers of CodeCommit: https://docs.aws.amazon.com/lambda/latest/dg/services-codecommit.html

package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceCodeCommit = "codecommit"

func isCodeCommit(p *trigger.Payload) bool {
	return p.HasRecords("aws:codecommit", trigger.Shape{"codecommit:object"})
}

func codeCommit(payload []byte, _ core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, r := range gjson.GetBytes(payload, "Records").Array() {
		arn := r.Get("eventSourceARN")
		e := draft.New(r.Get("eventId").String(), arn.String(), "com.amazonaws.codecommit."+r.Get("eventName").String())
		e.SetText("subject", r.Get("codecommit.references.0.ref").String())
		e.Time(draft.Timestamp(r.Get("eventTime")))
		e.JSON([]byte(r.Raw))
		records = append(records, arrival{ingress: byARN(arn, sourceCodeCommit)}.record(e, r.Raw))
	}
	return records, nil
}
