// Records of a Kinesis stream: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html

package awslambda

import (
	"bytes"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceKinesis = "kinesis"

func isKinesis(p *trigger.Payload) bool { return p.RecordsOf == "aws:kinesis" }

func kinesis(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, r := range gjson.GetBytes(payload, "Records").Array() {
		records = append(records, kinesisRecord(r, r.Get("kinesis"), in)...)
	}
	return records, nil
}

// kinesisRecord gives the event of a record, or those that are in it. Records of a key go one after another.
func kinesisRecord(r, k gjson.Result, in core.Invocation) []core.Record {
	id, arn, key := r.Get("eventID").String(), r.Get("eventSourceARN"), k.Get("partitionKey").String()
	shard, _, _ := strings.Cut(id, ":")
	via := arrival{ingress: byARN(arn, sourceKinesis), messageID: k.Get("sequenceNumber").String(), orderingKey: shard + " " + key}
	e := draft.New(id, arn.String(), "com.amazonaws.kinesis.record")
	data := decoded(e, k.Get("data"))
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		if records, ok := logsIn(data, in); ok {
			return via.stamp(records)
		}
	}
	if text := string(draft.Unmarked(data)); isJSONObject(text) && trigger.IsCloudEvent(draft.MembersOf(gjson.Parse(text))) {
		return via.stamp([]core.Record{structured(text)})
	}
	e.SetText("partitionkey", key)
	e.Set("sequence", sequence(via.messageID))
	e.Time(draft.Seconds(k.Get("approximateArrivalTimestamp")))
	e.Data(data)
	return []core.Record{via.record(e, r.Raw)}
}
