// Events of EventBridge, of its schedules and of EventBridge Scheduler:
// https://docs.aws.amazon.com/eventbridge/latest/ref/overview.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceEventBridge = "eventbridge"

func isEventBridge(p *trigger.Payload) bool { return isEnvelope(p.Members) }

func isEnvelope(m draft.Members) bool { return m.Have("detail-type", "source", "detail") }

func eventBridge(payload []byte, _ core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	via := arrival{ingress: ingress(sourceEventBridge)}
	if source := v.Get("source").Str; source == "aws.events" || source == "aws.scheduler" {
		via.ingress = byARN(v.Get("resources.0"), sourceEventBridge)
	}
	return via.stamp([]core.Record{ofEventBridge(v)}), nil
}

// ofEventBridge is the event in an envelope, or the CloudEvent in one as it is.
func ofEventBridge(v gjson.Result) core.Record {
	detail := v.Get("detail")
	if trigger.IsCloudEvent(draft.MembersOf(detail)) {
		return structured(detail.Raw)
	}
	kind := strings.Join(strings.Fields(v.Get("detail-type").String()), "")
	e := draft.New(v.Get("id").String(), v.Get("source").String(), "com.amazonaws.events."+kind)
	setResources(e, v.Get("resources").Array())
	e.Set("awsaccount", v.Get("account").String())
	e.Set("awsregion", v.Get("region").String())
	e.Time(draft.Timestamp(v.Get("time")))
	if detail.Type == gjson.String { // Scheduler's, which mostly is JSON
		e.Data([]byte(detail.Str))
	} else {
		e.JSON([]byte(detail.Raw))
	}
	return e.Record([]byte(v.Raw))
}

// setResources names the first resource, and where there are more, all of them.
func setResources(e *draft.Event, resources []gjson.Result) {
	if len(resources) > 0 {
		e.SetText("subject", resources[0].String())
	}
	if len(resources) > 1 {
		all := make([]string, len(resources))
		for i, r := range resources {
			all[i] = r.String()
		}
		e.SetText("awsresources", strings.Join(all, ","))
	}
}
