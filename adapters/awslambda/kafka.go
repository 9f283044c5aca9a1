// Records of Kafka, from MSK or self-managed: https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html

package awslambda

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceKafka = "kafka"

func isKafka(p *trigger.Payload) bool {
	return ofKafka(p.Members["eventSource"].Str) && p.Members["records"].IsObject()
}

func ofKafka(eventSource string) bool {
	return eventSource == "aws:kafka" || eventSource == "aws:SelfManagedKafka" || eventSource == "SelfManagedKafka"
}

func kafka(payload []byte, _ core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	source := v.Get("eventSourceArn").String()
	if source == "" {
		first, _, _ := strings.Cut(v.Get("bootstrapServers").String(), ",")
		source = "kafka://" + first
	}
	// A JSON object has no order. Partitions are sorted by name, so that the same batch always has the same order.
	partitions := draft.MembersOf(v.Get("records"))
	var records []core.Record
	for _, name := range slices.Sorted(maps.Keys(partitions)) {
		for _, r := range partitions[name].Array() {
			records = append(records, kafkaRecord(r, name, source))
		}
	}
	return records, nil
}

// kafkaRecord returns the event of a record. Records of a partition share an ordering key.
func kafkaRecord(r gjson.Result, partition, source string) core.Record {
	via := arrival{ingress: "lambda:" + source, messageID: partition + "@" + r.Get("offset").Raw, orderingKey: partition}
	id := r.Get("topic").String() + "-" + r.Get("partition").Raw + "-" + r.Get("offset").Raw
	e := draft.New(id, source, "com.amazonaws.kafka.record")
	value := kafkaPart(e, r.Get("value"))
	attributes := kafkaHeaders(r.Get("headers"))
	if record, ok := binary(attributes, value, r.Raw); ok {
		return via.stamp([]core.Record{record})[0]
	}
	if text := string(draft.Unmarked(value)); isJSONObject(text) && trigger.IsCloudEvent(draft.MembersOf(gjson.Parse(text))) {
		return via.stamp([]core.Record{structured(text)})[0]
	}
	e.SetText("subject", r.Get("topic").String())
	e.Time(draft.Milliseconds(r.Get("timestamp")))
	if key := kafkaPart(e, r.Get("key")); utf8.Valid(key) {
		e.SetText("partitionkey", string(key))
	} else {
		e.Set("partitionkey", r.Get("key").String())
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		e.SetOnce("kafka", name, attributes[name])
	}
	e.Data(value)
	return via.record(e, r.Raw)
}

// kafkaPart returns a record's key or value: base64, or JSON if the mapping has a schema registry and the record format
// JSON. A record without a value is a tombstone.
func kafkaPart(e *draft.Event, v gjson.Result) []byte {
	switch v.Type {
	case gjson.String:
		return decoded(e, v)
	case gjson.Null:
		return nil
	}
	var b bytes.Buffer
	if json.Compact(&b, []byte(v.Raw)) != nil {
		return []byte(v.Raw)
	}
	return b.Bytes()
}

// kafkaHeaders reads a list of objects with one header each, whose value is a list of signed bytes. Repeated values of a
// header are joined with commas. Of a CloudEvent's attribute the last value counts, as in Kafka's clients.
func kafkaHeaders(list gjson.Result) map[string]string {
	headers := make(map[string]string)
	for _, object := range list.Array() {
		object.ForEach(func(name, value gjson.Result) bool {
			var text []byte
			for _, b := range value.Array() {
				text = append(text, byte(b.Int()))
			}
			known, again := headers[name.String()]
			if again && !strings.HasPrefix(strings.ToLower(name.Str), "ce_") && !strings.EqualFold(name.Str, "content-type") {
				text = append([]byte(known+","), text...)
			}
			headers[name.String()] = string(text)
			return true
		})
	}
	return headers
}
