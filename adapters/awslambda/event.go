package awslambda

import (
	"encoding/base64"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// An arrival says how a message reached the function. Events in the message keep it, because the sender to a queue chooses
// what a message contains, but not which queue it came through.
type arrival struct {
	ingress, messageID, orderingKey string
}

// stamp sets on records how they arrived.
func (a arrival) stamp(records []core.Record) []core.Record {
	for i := range records {
		records[i].Ingress, records[i].MessageID, records[i].OrderingKey = a.ingress, a.messageID, a.orderingKey
	}
	return records
}

// record returns the record of an event with this arrival and with raw as its payload.
func (a arrival) record(e *draft.Event, raw string) core.Record {
	r := e.Record([]byte(raw))
	r.Ingress, r.MessageID, r.OrderingKey = a.ingress, a.messageID, a.orderingKey
	return r
}

// byARN returns the ingress of a resource with an ARN, or of the trigger if there is no ARN.
func byARN(arn gjson.Result, otherwise string) string {
	if arn.String() != "" {
		return "lambda:" + arn.String()
	}
	return ingress(otherwise)
}

const notBase64 = "data is not base64, which the trigger always sends"

// decoded decodes base64. Text that is not base64 makes the event invalid.
func decoded(e *draft.Event, v gjson.Result) []byte {
	raw, err := base64.StdEncoding.DecodeString(v.String())
	if err != nil {
		e.Refuse(notBase64)
	}
	return raw
}

// sequenceDigits exceeds the digits of every service's sequence numbers.
const sequenceDigits = 64

// sequence pads a sequence number so that it sorts as text does.
func sequence(number string) string {
	if number == "" || strings.Trim(number, "0123456789") != "" {
		return number
	}
	return strings.Repeat("0", max(0, sequenceDigits-len(number))) + number
}
