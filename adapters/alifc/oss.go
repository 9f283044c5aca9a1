// Events of an OSS trigger: https://help.aliyun.com/document_detail/2513613.html
// Types, subject and extensions are the same as those of EventBridge for these events:
// https://help.aliyun.com/en/eventbridge/user-guide/oss-events

package alifc

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceOSS = "oss"

func isOSS(p *trigger.Payload) bool {
	return ofOSS.FitsOneOf(p.Members["events"])
}

var ofOSS = trigger.Shape{"eventSource=acs:oss", "eventName:text"}

func oss(payload []byte, _ core.Invocation) ([]core.Record, error) {
	return eachElement(payload, "events", sourceOSS, ofOSS, func(event gjson.Result) *draft.Event {
		name, object := event.Get("eventName").String(), event.Get("oss.object.key").String()
		bucket := event.Get("oss.bucket")
		// One request can delete many objects, and all of its events have the request's id.
		id := event.Get("responseElements.requestId").String()
		if strings.HasSuffix(name, ":DeleteObjects") {
			id += "-" + draft.Hash(name, object)
		}
		e := draft.New(id, "acs.oss", "oss:"+name)
		e.SetText("subject", "acs:oss:"+event.Get("region").String()+":"+bucket.Get("ownerIdentity").String()+":"+bucket.Get("name").String()+"/"+object)
		e.Set("aliyunaccountid", bucket.Get("ownerIdentity").String())
		e.Set("aliyunregionid", event.Get("region").String())
		e.Time(draft.Timestamp(event.Get("eventTime")))
		return e
	})
}
