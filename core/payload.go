package core

import (
	"encoding/base64"

	"sendbridge/core/fault"
)

// maxPayload is the service's limit in bytes, for the text that it gets: after base64.
// https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/product-overview/limits
const maxPayload = 65_536

// A payload is what a rule sends, in one of EventBridge's forms.
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-transformation
type payload struct {
	form     payloadForm
	path     path     // of jsonPath
	template template // of fromTemplate: a constant is one without placeholders
	base64   bool
}

type payloadForm uint8

const (
	original payloadForm = iota
	jsonPath
	fromTemplate
)

// render returns the payload of an event's message.
func (p *payload) render(buf []byte, v *view) (string, *fault.Error) {
	buf, f := p.append(buf, v)
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

func (p *payload) append(dst []byte, v *view) ([]byte, *fault.Error) {
	switch p.form {
	case original:
		return appendOriginal(dst, v), nil
	case jsonPath:
		val := p.path.find(v)
		if val.kind == missing {
			return dst, senderFault("payload: %s is missing", p.path.text)
		}
		return append(dst, val.text()...), nil
	}
	return p.template.append(dst, v)
}

func (p *payload) check(rendered string) *fault.Error {
	switch bad := invalidUTF8(rendered); {
	case rendered == "":
		return senderFault("payload is empty: a message must have at least 1 byte")
	case len(rendered) > maxPayload:
		return senderFault("payload has %d bytes%s: a message takes at most %d", len(rendered), afterBase64(p.base64), maxPayload)
	case bad >= 0:
		return ruleFault("payload is not UTF-8 from byte %d on: write base64: true in the rule's payload to send it encoded", bad)
	}
	return nil
}

func afterBase64(encoded bool) string {
	if encoded {
		return " after base64"
	}
	return ""
}
