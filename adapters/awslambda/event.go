package awslambda

import (
	"encoding/base64"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// A way is how a message came in, which what is unwrapped from it keeps: whoever may send to a queue chooses what is in
// its messages, but not that they came through it.
type way struct {
	ingress, messageID, orderingKey string
}

// take puts records on the way that they came.
func (w way) take(records []core.Record) []core.Record {
	for i := range records {
		records[i].Ingress, records[i].MessageID, records[i].OrderingKey = w.ingress, w.messageID, w.orderingKey
	}
	return records
}

// of is the record of an event that came this way in raw.
func (w way) of(e *draft.Event, raw string) core.Record {
	r := e.Record([]byte(raw))
	r.Ingress, r.MessageID, r.OrderingKey = w.ingress, w.messageID, w.orderingKey
	return r
}

// byARN is the way in through what an ARN names.
func byARN(arn gjson.Result, otherwise string) string {
	if arn.String() != "" {
		return "lambda:" + arn.String()
	}
	return ingress(otherwise)
}

// decoded undoes base64. What is none counts as a mistake of the event.
func decoded(e *draft.Event, v gjson.Result) []byte {
	raw, err := base64.StdEncoding.DecodeString(v.String())
	if err != nil {
		e.Refuse("data is not the base64 that the trigger sends")
	}
	return raw
}

// sequenceDigits is more than any service's sequence numbers have.
const sequenceDigits = 64

// sequence pads a sequence number so that it sorts as text does.
func sequence(number string) string {
	if number == "" || strings.Trim(number, "0123456789") != "" || len(number) > sequenceDigits {
		return number
	}
	return strings.Repeat("0", sequenceDigits-len(number)) + number
}
