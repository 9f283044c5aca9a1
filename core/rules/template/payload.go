package template

import (
	"encoding/base64"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/text"
)

// MaxPayload is the service's limit of a payload in bytes, after base64.
// https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/product-overview/limits
const MaxPayload = 65_536

// A Payload is the compiled payload of a rule, in one of EventBridge's forms.
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-transformation
type Payload struct {
	Form     payloadForm
	path     jsonpath.Path // for jsonPath
	template template      // for fromTemplate; a constant is a template without placeholders
	base64   bool
}

type payloadForm uint8

const (
	Original payloadForm = iota
	jsonPath
	fromTemplate
)

// Render returns the payload of an event's message. o is the event's Outside of this payload if the rule has each, and nil
// otherwise.
func (p *Payload) Render(buf []byte, v *cloudevent.View, o *Outside) (string, *fault.Error) {
	if o == nil || p.ofElement() {
		return p.render(buf, v, o)
	}
	w := &o.whole
	if !w.known {
		w.text, w.fault = p.render(buf, v, nil)
		if why := v.TakeDistrust(); why != nil {
			w.fault = why
		}
		w.known = true
	}
	return w.text, w.fault
}

func (p *Payload) render(buf []byte, v *cloudevent.View, o *Outside) (string, *fault.Error) {
	buf, f := p.append(buf, v, o)
	if f != nil {
		return "", f
	}
	if p.base64 {
		raw := len(buf)
		buf = base64.StdEncoding.AppendEncode(buf, buf)
		buf = buf[raw:]
	}
	rendered := string(buf)
	return rendered, p.check(rendered)
}

func (p *Payload) append(dst []byte, v *cloudevent.View, o *Outside) ([]byte, *fault.Error) {
	switch p.Form {
	case Original:
		if data := len(v.Data.Text()); data > farTooLong {
			return dst, SenderFault("payload: the event's data alone has %d bytes: a message can have at most %d", data, MaxPayload)
		}
		return cloudevent.AppendOriginal(dst, v), nil
	case jsonPath:
		val := p.path.Find(v)
		if val.Kind == cloudevent.Missing {
			return dst, SenderFault("payload: %s is missing", p.path.Text)
		}
		if val.IsHalf() {
			return dst, cloudevent.HalfCharacter("payload: " + p.path.Text)
		}
		text := val.Text()
		if len(text) > farTooLong {
			return dst, SenderFault("payload: %s has %d bytes: a message can have at most %d", p.path.Text, len(text), MaxPayload)
		}
		return append(dst, text...), nil
	}
	return p.template.append(dst, v, o)
}

func (p *Payload) check(rendered string) *fault.Error {
	switch bad := text.InvalidUTF8(rendered); {
	case rendered == "":
		return SenderFault("payload is empty: a message must have at least 1 byte")
	case len(rendered) > MaxPayload:
		return SenderFault("payload has %d bytes%s: a message can have at most %d", len(rendered), afterBase64(p.base64), MaxPayload)
	case bad >= 0:
		return ruleFault("payload is not UTF-8 from byte %d on: write base64: true in the rule's payload to encode it", bad)
	}
	return nil
}

func afterBase64(encoded bool) string {
	if encoded {
		return " after base64"
	}
	return ""
}
