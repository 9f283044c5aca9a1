// Records of a Kinesis stream: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html

package awslambda

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceKinesis = "kinesis"

func isKinesis(p *trigger.Payload) bool {
	return p.HasRecords("aws:kinesis", trigger.Shape{"kinesis:object"}) || isEmptyWindow(p, sourceKinesis)
}

func kinesis(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, r := range gjson.GetBytes(payload, "Records").Array() {
		records = append(records, kinesisRecord(r, r.Get("kinesis"), in)...)
	}
	return records, nil
}

// kinesisRecord returns the event of a record, or the events in it. Records of a key share an ordering key.
func kinesisRecord(r, k gjson.Result, in core.Invocation) []core.Record {
	id, number := r.Get("eventID").String(), k.Get("sequenceNumber").String()
	data, err := base64.StdEncoding.DecodeString(k.Get("data").String())
	list, ok := unpack(data)
	if err != nil || !ok {
		return kinesisEvent(r, k, packed{k.Get("partitionKey").String(), data}, id, sequence(number), err, in)
	}
	var records []core.Record
	for i, one := range list {
		at := fmt.Sprintf(".%010d", i) // padded so that it sorts as text
		records = append(records, kinesisEvent(r, k, one, id+at, sequence(number)+at, nil, in)...)
	}
	return records
}

// kinesisEvent returns the event of one producer's record, or the events in it.
func kinesisEvent(r, k gjson.Result, one packed, id, number string, invalid error, in core.Invocation) []core.Record {
	arn := r.Get("eventSourceARN")
	shard, _, _ := strings.Cut(id, ":")
	via := arrival{ingress: byARN(arn, sourceKinesis), messageID: k.Get("sequenceNumber").String(), orderingKey: shard + " " + one.partitionKey}
	if bytes.HasPrefix(one.data, []byte{0x1f, 0x8b}) {
		if records, ok := logsIn(one.data, in); ok {
			return via.stamp(records)
		}
	}
	if text := string(draft.Unmarked(one.data)); isJSONObject(text) && trigger.IsCloudEvent(draft.MembersOf(gjson.Parse(text))) {
		return via.stamp([]core.Record{structured(text)})
	}
	e := draft.New(id, arn.String(), "com.amazonaws.kinesis.record")
	if invalid != nil {
		e.Refuse(notBase64)
	}
	e.SetText("partitionkey", one.partitionKey)
	e.Set("sequence", number)
	e.Time(draft.Seconds(k.Get("approximateArrivalTimestamp")))
	e.Data(one.data)
	return []core.Record{via.record(e, r.Raw)}
}
