package cloudevent

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/tidwall/gjson"

	"sendbridge/internal/charset"
	"sendbridge/internal/jsontext"
)

// mark is UTF-8's byte order mark.
const mark = "\ufeff"

// DecodeEvent decodes one event in the JSON format of CloudEvents 1.0. For an invalid event it returns a *fault.Error with
// code InvalidEvent or LoneSurrogate that names the attribute. The event's data may be a part of payload, so payload must not
// be changed afterwards. A byte order mark is not part of the JSON.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
func DecodeEvent(payload []byte) (event.Event, error) {
	payload = bytes.TrimPrefix(payload, []byte(mark))
	object, err := parse(payload, "a structured event is one JSON object and nothing after it")
	if err != nil {
		return event.Event{}, err
	}
	return decodeEvent(object, payload)
}

func parse(payload []byte, want string) (gjson.Result, error) {
	s := string(bytes.TrimPrefix(payload, []byte(mark)))
	switch jsontext.Check(s) {
	case jsontext.NotJSON:
		return gjson.Result{}, InvalidEvent("not JSON: %s", want)
	case jsontext.TooDeep:
		return gjson.Result{}, InvalidEvent("not JSON: it nests deeper than %d arrays and objects", jsontext.MaxDepth)
	}
	return gjson.Parse(s), nil
}

// decodeEvent reads an object, which lies in payload at its Index. Without a payload the event's data is a copy.
func decodeEvent(object gjson.Result, payload []byte) (event.Event, error) {
	if !object.IsObject() {
		return event.Event{}, InvalidEvent("an event is a JSON object, this is %s", jsonType(object))
	}
	var attributes struct { // one allocation
		event.EventContextV1
		optional
	}
	d := decoder{context: &attributes.EventContextV1, room: &attributes.optional, payload: payload}
	d.event.Context = d.context
	var err error
	object.ForEach(func(key, v gjson.Result) bool {
		if err = checkMember(key, v); err == nil {
			err = d.member(key.Str, v)
		}
		return err == nil
	})
	if err == nil && !d.versioned {
		err = InvalidEvent(`specversion is missing: an event must have "specversion": "1.0"`)
	}
	if err == nil {
		err = CheckEvent(d.context)
	}
	if err == nil {
		takeRenamed(&d.event, d.renamed)
		d.event.DataEncoded, d.event.DataBase64, err = d.content()
	}
	return d.event, err
}

// checkMember rejects a name or an attribute that is not valid text. Data is checked later.
func checkMember(key, v gjson.Result) error {
	switch {
	case hasHalf(key.Raw):
		return HalfCharacter("a name of the event")
	case key.Str != "data" && v.Type == gjson.String && hasHalf(v.Raw):
		return HalfCharacter(key.Str)
	}
	return nil
}

// A decoder collects an event's members, because the meaning of data is only known when all have been read.
type decoder struct {
	event        event.Event
	context      *event.EventContextV1
	room         *optional
	renamed      []named // extensions whose names CloudEvents does not allow
	seen         names
	versioned    bool // whether there is a specversion
	data, base64 gjson.Result
	payload      []byte // the payload that the event's data may refer to; nil if it must not
}

func (d *decoder) member(name string, v gjson.Result) error {
	if !d.seen.add(name) {
		return InvalidEvent("%s is given twice", name)
	}
	switch name {
	case "data":
		d.data = v
		return nil
	case "data_base64":
		d.base64 = v
		return nil
	}
	if v.Type == gjson.Null { // in the JSON format, null means that an attribute is absent
		return nil
	}
	d.versioned = d.versioned || name == "specversion"
	if IsRequired(name) && v.Type != gjson.String {
		return InvalidEvent("%s: must be a JSON string, not %s", name, jsonType(v))
	}
	return d.take(name, v)
}

// take sets an attribute. An extension is a string, a boolean or a 32-bit integer. Any other value is kept as text.
func (d *decoder) take(name string, v gjson.Result) error {
	value, changed := v.Str, ""
	if v.Type != gjson.String {
		if isExtension(name) {
			if typed := extensionOf(v); typed != nil {
				return setExtension(d.context, name, typed)
			}
		}
		value, changed = compact(v), "kept as text: CloudEvents does not allow "+jsonType(v)+" here"
	}
	if !IsAttributeName(name) {
		d.renamed = append(d.renamed, named{name, value})
		return nil
	}
	err := take(&d.event, d.room, name, value)
	if changed != "" && d.event.FieldErrors[name] == nil {
		note(&d.event, name, changed)
	}
	return err
}

// extensionOf returns the value of an extension in one of the JSON format's types, or nil if it has another type.
func extensionOf(v gjson.Result) any {
	if v.IsBool() {
		return v.Bool()
	}
	if n, err := strconv.ParseInt(v.Raw, 10, 32); err == nil && v.Type == gjson.Number && v.Raw != "-0" {
		return int32(n)
	}
	return nil
}

// compact returns a value's JSON without white space between its parts, which may contain control characters.
func compact(v gjson.Result) string {
	var b bytes.Buffer
	if v.Type != gjson.JSON || json.Compact(&b, []byte(v.Raw)) != nil {
		return v.Raw
	}
	return b.String()
}

// inUTF8 converts text data to UTF-8 without a byte order mark and adapts datacontenttype, as for a request in binary mode.
// Data that cannot be decoded as declared stays as it is.
func (d *decoder) inUTF8(data []byte) []byte {
	declared := orEmpty(d.context.DataContentType)
	text, trueType, err := charset.ToUTF8(data, declared, 0)
	if err != nil {
		return data
	}
	if trueType != declared {
		d.context.DataContentType = &trueType
	}
	return text
}

// content returns the event's data as the bytes that datacontenttype describes.
func (d *decoder) content() (data []byte, isBase64 bool, err error) {
	switch declared := orEmpty(d.context.DataContentType); {
	case d.base64.Exists() && d.base64.Type != gjson.Null:
		if d.data.Exists() {
			return nil, false, InvalidEvent("data and data_base64 are both given: an event must have only one of them")
		}
		data, err = base64.StdEncoding.DecodeString(d.base64.Str)
		if err != nil || d.base64.Type != gjson.String {
			return nil, false, InvalidEvent("data_base64: must be a string of standard base64")
		}
		return d.inUTF8(data), true, nil
	case !d.data.Exists():
		return nil, false, nil
	case d.data.Type == gjson.String && declared != "" && !isJSON(declared):
		if hasHalf(d.data.Raw) {
			return nil, false, HalfCharacter("data")
		}
		return []byte(strings.TrimLeft(d.data.Str, mark)), false, nil
	case d.payload != nil:
		at := d.data.Index
		end := at + len(d.data.Raw)
		return d.payload[at:end:end], false, nil
	default:
		return []byte(d.data.Raw), false, nil
	}
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
