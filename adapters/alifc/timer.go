// Events of a timer: https://help.aliyun.com/document_detail/2513611.html

package alifc

import (
	"github.com/tidwall/gjson"

	"sendbridge/core"
)

func timer(payload []byte, in core.Invocation) ([]core.Record, error) {
	event := gjson.ParseBytes(payload)
	e, derived := SourceOptions{}.callsOwn(in, "", "fc:Timer:Triggered", payload)
	e.SetText("subject", event.Get("triggerName").String())
	e.Time(rfc3339(event.Get("triggerTime").String()))
	// What the trigger's configuration has for a payload is text, and mostly JSON.
	switch text := event.Get("payload"); {
	case text.Type == gjson.String:
		e.Data([]byte(text.Str))
	case text.Exists() && text.Type != gjson.Null:
		e.JSON([]byte(text.Raw))
	}
	return one(e, sourceTimer, payload, derived), nil
}
