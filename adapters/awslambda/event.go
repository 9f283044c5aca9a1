package awslambda

import (
	"encoding/base64"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// An arrival says how a message reached the function. Events that are unwrapped from the message keep it: a sender to a
// queue chooses what a message contains, but cannot change which queue it came through.
type arrival struct {
	ingress, messageID, orderingKey string
}

// stamp notes on records how they arrived.
func (a arrival) stamp(records []core.Record) []core.Record {
	for i := range records {
		records[i].Ingress, records[i].MessageID, records[i].OrderingKey = a.ingress, a.messageID, a.orderingKey
	}
	return records
}

// record returns the record of an event that arrived so, with raw as its payload.
func (a arrival) record(e *draft.Event, raw string) core.Record {
	r := e.Record([]byte(raw))
	r.Ingress, r.MessageID, r.OrderingKey = a.ingress, a.messageID, a.orderingKey
	return r
}

// byARN is the ingress of a resource that an ARN names, or of the trigger where there is no ARN.
func byARN(arn gjson.Result, otherwise string) string {
	if arn.String() != "" {
		return "lambda:" + arn.String()
	}
	return ingress(otherwise)
}

const notBase64 = "data is not the base64 that the trigger sends"

// decoded undoes base64. Text that is not base64 makes the event invalid.
func decoded(e *draft.Event, v gjson.Result) []byte {
	raw, err := base64.StdEncoding.DecodeString(v.String())
	if err != nil {
		e.Refuse(notBase64)
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
