// Records of a DataHub trigger, which Function Compute 2.0 had.

package alifc

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceDataHub = "datahub"

func isDataHub(p *trigger.Payload) bool {
	return trigger.Shape{"eventSource=acs:datahub", "records:list"}.Fits(p.Members)
}

func dataHub(payload []byte, _ core.Invocation) ([]core.Record, error) {
	event := gjson.ParseBytes(payload)
	kind := "datahub:" + strings.TrimPrefix(event.Get("eventName").String(), "acs:datahub:")
	return eachElement(payload, "records", sourceDataHub, trigger.Shape{"eventId:text"}, func(element gjson.Result) *draft.Event {
		e := draft.New(element.Get("eventId").String(), event.Get("eventSourceARN").String(), kind)
		e.Set("aliyunregionid", event.Get("region").String())
		e.Time(draft.Milliseconds(element.Get("systemTime")))
		return e
	})
}
