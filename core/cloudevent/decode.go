package cloudevent

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

// DecodeEvent reads one event in the JSON format, CloudEvents 1.0. What it refuses is a *fault.Error of code InvalidEvent
// that names the attribute. The event's data is a copy: payload may be used again.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
func DecodeEvent(payload []byte) (event.Event, error) {
	s := string(payload)
	if !jsontext.Valid(s) {
		return event.Event{}, InvalidEvent("not JSON: a structured event is one JSON object and nothing after it")
	}
	return decodeEvent(gjson.Parse(s))
}

// DecodeBatch reads a JSON array of events. An element that is not an event becomes a record with its Err and
// Raw set; the error is for a payload that is no JSON array.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format
func DecodeBatch(payload []byte) ([]core.Record, error) {
	s := string(payload)
	if !jsontext.Valid(s) {
		return nil, InvalidEvent("not JSON: a batch is one JSON array of events and nothing after it")
	}
	batch := gjson.Parse(s)
	if !batch.IsArray() {
		return nil, InvalidEvent("a batch is a JSON array of events, this is %s", jsonType(batch))
	}
	records := []core.Record{}
	batch.ForEach(func(_, element gjson.Result) bool {
		e, err := decodeEvent(element)
		r := core.Record{Event: e, Err: err}
		if err != nil {
			r.Raw = []byte(element.Raw)
		}
		records = append(records, r)
		return true
	})
	return records, nil
}

func decodeEvent(object gjson.Result) (event.Event, error) {
	if !object.IsObject() {
		return event.Event{}, InvalidEvent("an event is a JSON object, this is %s", jsonType(object))
	}
	d := decoder{context: &event.EventContextV1{}, seen: make(map[string]bool, 8)}
	var err error
	object.ForEach(func(key, v gjson.Result) bool {
		err = d.member(key.Str, v)
		return err == nil
	})
	e := event.Event{Context: d.context}
	if err == nil && !d.seen["specversion"] {
		err = InvalidEvent(`specversion is missing: an event must have "specversion": "1.0"`)
	}
	if err == nil {
		err = CheckEvent(d.context)
	}
	if err == nil {
		e.DataEncoded, e.DataBase64, err = d.content()
	}
	return e, err
}

// A decoder collects an event's members: what data means is known only when all have been read.
type decoder struct {
	context      *event.EventContextV1
	seen         map[string]bool
	data, base64 gjson.Result
}

func (d *decoder) member(name string, v gjson.Result) error {
	if d.seen[name] {
		return InvalidEvent("%s is given twice", name)
	}
	d.seen[name] = true
	switch name {
	case "data":
		d.data = v
		return nil
	case "data_base64":
		d.base64 = v
		return nil
	}
	switch {
	case v.Type == gjson.Null: // the JSON format's way to say that an attribute is absent
		d.seen[name] = name != "specversion"
		return nil
	case v.Type == gjson.String:
		return SetAttribute(d.context, name, v.Str)
	case isContextAttribute(name):
		return InvalidEvent("%s: must be a JSON string, not %s", name, jsonType(v))
	case v.IsBool():
		return setExtension(d.context, name, v.Bool())
	case v.Type == gjson.Number:
		n, err := strconv.ParseInt(v.Raw, 10, 32)
		if err != nil {
			return InvalidEvent("%s: %s: a number must be whole and from %d to %d", name, v.Raw, math.MinInt32, math.MaxInt32)
		}
		return setExtension(d.context, name, int32(n))
	}
	return InvalidEvent("%s: must be a string, a number or a boolean, not %s", name, jsonType(v))
}

// content is the event's data as the bytes that its datacontenttype speaks of.
func (d *decoder) content() (data []byte, isBase64 bool, err error) {
	switch declared := orEmpty(d.context.DataContentType); {
	case d.base64.Exists() && d.base64.Type != gjson.Null:
		if d.data.Exists() {
			return nil, false, InvalidEvent("data and data_base64 are both given: an event has one of them")
		}
		data, err = base64.StdEncoding.DecodeString(d.base64.Str)
		if err != nil || d.base64.Type != gjson.String {
			return nil, false, InvalidEvent("data_base64: must be a string of standard base64")
		}
		return data, true, nil
	case !d.data.Exists():
		return nil, false, nil
	case d.data.Type == gjson.String && declared != "" && !isJSON(declared):
		return []byte(d.data.Str), false, nil
	default:
		return []byte(d.data.Raw), false, nil
	}
}

func isContextAttribute(name string) bool {
	switch name {
	case "id", "source", "type", "specversion", "subject", "time", "datacontenttype", "dataschema":
		return true
	}
	return false
}

func jsonType(v gjson.Result) string {
	switch {
	case v.IsObject():
		return "an object"
	case v.IsArray():
		return "an array"
	case v.Type == gjson.String:
		return "a string"
	case v.Type == gjson.Number:
		return "a number"
	case v.IsBool():
		return "a boolean"
	}
	return "null"
}
