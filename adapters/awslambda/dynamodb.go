// Records of a DynamoDB stream: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html

package awslambda

import (
	"slices"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceDynamoDB = "dynamodb"

func isDynamoDB(p *trigger.Payload) bool {
	return p.HasRecords("aws:dynamodb", trigger.Shape{"dynamodb:object"}) || isEmptyWindow(p, sourceDynamoDB)
}

func dynamoDB(payload []byte, _ core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, r := range gjson.GetBytes(payload, "Records").Array() {
		records = append(records, dynamoDBRecord(r, r.Get("dynamodb.SequenceNumber").String()))
	}
	return records, nil
}

// dynamoDBRecord returns the event of a record with the id messageID. Records of an item share an ordering key. Keys may be
// personal data, so no attribute contains them.
func dynamoDBRecord(r gjson.Result, messageID string) core.Record {
	change, arn := r.Get("dynamodb"), r.Get("eventSourceARN")
	var keys []string
	change.Get("Keys").ForEach(func(name, value gjson.Result) bool {
		keys = append(keys, name.Raw+value.Raw)
		return true
	})
	slices.Sort(keys)
	key := draft.Hash(keys...)
	e := draft.New(r.Get("eventID").String(), arn.String(), "com.amazonaws.dynamodb."+r.Get("eventName").String())
	e.Set("partitionkey", key)
	e.Set("sequence", sequence(change.Get("SequenceNumber").String()))
	e.Time(draft.Seconds(change.Get("ApproximateCreationDateTime")))
	e.JSON([]byte(r.Raw))
	return arrival{ingress: byARN(arn, sourceDynamoDB), messageID: messageID, orderingKey: key}.record(e, r.Raw)
}
