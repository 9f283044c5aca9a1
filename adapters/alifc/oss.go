// Events of an OSS trigger: https://help.aliyun.com/document_detail/2513613.html
// Types, subject and extensions are those that EventBridge gives the same events:
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

func isOSS(p *trigger.Payload) bool { return p.Members["events"].Get("0.eventSource").Str == "acs:oss" }

func oss(payload []byte, _ core.Invocation) ([]core.Record, error) {
	return eachEvent(payload, sourceOSS, func(event gjson.Result) (*draft.Event, bool) {
		name, object := event.Get("eventName").String(), event.Get("oss.object.key").String()
		bucket := event.Get("oss.bucket")
		// One request can delete many objects, and all of its events have its id.
		id := event.Get("responseElements.requestId").String()
		if strings.HasSuffix(name, ":DeleteObjects") {
			id += "-" + draft.Hash(name, object)
		}
		e := draft.New(id, "acs.oss", "oss:"+name)
		e.SetText("subject", "acs:oss:"+event.Get("region").String()+":"+bucket.Get("ownerIdentity").String()+":"+bucket.Get("name").String()+"/"+object)
		e.Set("aliyunaccountid", bucket.Get("ownerIdentity").String())
		e.Set("aliyunregionid", event.Get("region").String())
		e.Time(draft.Timestamp(event.Get("eventTime")))
		return e, false
	})
}

// eachEvent decodes the elements of events, each of which is its own data.
func eachEvent(payload []byte, source string, decode func(event gjson.Result) (e *draft.Event, derived bool)) ([]core.Record, error) {
	list := gjson.GetBytes(payload, "events")
	if !list.IsArray() {
		return nil, draft.Refusal("events must be an array")
	}
	elements := list.Array()
	records := make([]core.Record, len(elements))
	for i, element := range elements {
		e, derived := decode(element)
		e.JSON([]byte(element.Raw))
		records[i] = e.Record([]byte(element.Raw))
		records[i].Ingress, records[i].DerivedID = ingress(source), derived
	}
	draft.TellApart(records)
	return records, nil
}
