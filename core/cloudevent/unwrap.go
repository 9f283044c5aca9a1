package cloudevent

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
	"sendbridge/internal/jsontext"
)

// Unwrap returns the data inside a text: the text itself if it is JSON, the JSON that it encodes as base64, or else the
// text as text.
func Unwrap(text string) (data []byte, mediaType string) {
	if inside := strings.TrimSpace(text); jsontext.Valid(inside) {
		return []byte(inside), "application/json"
	}
	if decoded, ok := DecodeBase64(text); ok && jsontext.Valid(decoded) && utf8.Valid(decoded) {
		return decoded, "application/json"
	}
	return []byte(text), "text/plain"
}

// DecodeBase64 decodes either alphabet of base64, with or without padding.
func DecodeBase64(text string) ([]byte, bool) {
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimSpace(text)), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(text)
	return decoded, err == nil
}

// UnwrapMembers returns an object in which strings that contain JSON, such as the numbers of a form, are replaced by that
// JSON. It returns anything else unchanged.
func UnwrapMembers(object string) string {
	o := gjson.Parse(object)
	if !o.IsObject() {
		return object
	}
	var b strings.Builder
	o.ForEach(func(name, value gjson.Result) bool {
		raw := value.Raw
		if inside := strings.TrimSpace(value.Str); value.Type == gjson.String && jsontext.Valid(inside) {
			raw = inside
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(name.Raw + ":" + raw)
		return true
	})
	return "{" + b.String() + "}"
}

// Unwrapped returns a view of the same event whose data is the content of the value. path is the value's name in errors. It
// returns a fault if there is no value.
func (v *View) Unwrapped(value Value, path string) (*View, *fault.Error) {
	if why := v.TakeDistrust(); why != nil {
		return nil, why
	}
	if value.IsEmpty() {
		return nil, fault.New(fault.CodeInvalidEvent, fault.ActorSender, "unwrap: %s is missing or empty: it must be text, which becomes the data", path)
	}
	if value.IsHalf() {
		return nil, HalfCharacter(path)
	}
	data, mediaType := Unwrap(value.Text())
	inside, context := *v.Record, *v.Context
	context.DataContentType = &mediaType
	inside.Event.Context, inside.Event.DataEncoded, inside.Event.DataBase64 = &context, data, false
	u, err := NewView(&inside)
	if err != nil {
		return nil, fault.New(fault.CodeInvalidEvent, fault.ActorSender, "unwrap: %s: %v", path, err)
	}
	u.Now = v.Now
	return u, nil
}

// Pass records in v why values of an unwrapped view cannot be used. from may be v itself.
func (v *View) Pass(from *View) {
	if why := from.TakeDistrust(); why != nil && v.distrust == nil {
		v.distrust = why
	}
}
