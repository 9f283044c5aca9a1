// Events of a CDN trigger: https://help.aliyun.com/document_detail/2513636.html

package alifc

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceCDN = "cdn"

func isCDN(p *trigger.Payload) bool {
	return ofCDN.FitsOneOf(p.Members["events"])
}

var ofCDN = trigger.Shape{"eventSource=cdn", "eventName:text", "userIdentity:object"}

func cdn(payload []byte, _ core.Invocation) ([]core.Record, error) {
	return eachElement(payload, "events", sourceCDN, ofCDN, func(event gjson.Result) *draft.Event {
		e := draft.New(event.Get("traceId").String(), "acs.cdn", "cdn:"+event.Get("eventName").String())
		e.SetText("subject", event.Get("resource.domain").String())
		e.Set("aliyunaccountid", event.Get("userIdentity.aliUid").String())
		e.Set("aliyunregionid", event.Get("region").String())
		e.Time(draft.Timestamp(event.Get("eventTime")))
		return e
	})
}
