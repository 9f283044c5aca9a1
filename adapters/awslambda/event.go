package awslambda

import (
	"encoding/base64"
	"math"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
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

// extension is the name of an extension for what users call name; empty if nothing is left of it.
func extension(prefix, name string) string {
	name = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if name == "" {
		return ""
	}
	return prefix + name
}

// setOnce sets an extension that no earlier name has become.
func setOnce(e *draft.Event, prefix, name, value string) {
	if name = extension(prefix, name); name != "" && !e.Has(name) {
		e.SetText(name, value)
	}
}

// milliseconds reads a time in milliseconds since 1970; the zero time for none.
func milliseconds(v gjson.Result) time.Time {
	if n := v.Int(); n > 0 {
		return time.UnixMilli(n)
	}
	return time.Time{}
}

// seconds reads a time in seconds since 1970, with a fraction that is one of milliseconds.
func seconds(v gjson.Result) time.Time {
	if f := v.Float(); f > 0 && f < 1e12 {
		return time.UnixMilli(int64(math.Round(f * 1000)))
	}
	return time.Time{}
}

// timestamp reads RFC 3339, also where the zone has no colon; the zero time for none.
func timestamp(v gjson.Result) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700"} {
		if t, err := time.Parse(layout, v.String()); err == nil {
			return t
		}
	}
	return time.Time{}
}
