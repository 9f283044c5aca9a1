// Events of a timer: https://help.aliyun.com/document_detail/2513611.html

package alifc

import (
	"cmp"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceTimer = "timer"

// isTimer reports whether a payload has exactly the members of a timer's event.
func isTimer(p *trigger.Payload) bool {
	for name := range p.Members {
		if name != "triggerTime" && name != "triggerName" && name != "payload" {
			return false
		}
	}
	return trigger.Shape{"triggerTime:text", "triggerName:text"}.Fits(p.Members) && !draft.Timestamp(p.Members["triggerTime"]).IsZero()
}

func timer(payload []byte, in core.Invocation) ([]core.Record, error) {
	event := gjson.ParseBytes(payload)
	e, derived := trigger.OfCall(in, "", cmp.Or(in.Function, "acs.fc"), "fc:Timer:Triggered", payload)
	e.SetText("subject", event.Get("triggerName").String())
	e.Time(draft.Timestamp(event.Get("triggerTime")))
	// The payload in the trigger's configuration is text, mostly JSON.
	switch text := event.Get("payload"); {
	case text.Type == gjson.String:
		e.Data([]byte(text.Str))
	case text.Exists() && text.Type != gjson.Null:
		e.JSON([]byte(text.Raw))
	}
	return one(e, sourceTimer, payload, derived), nil
}
