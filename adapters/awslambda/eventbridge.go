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

func isEnvelope(m draft.Members) bool {
	return trigger.Shape{"detail-type:text", "source:text", "detail"}.Fits(m)
}

func (s *sources) eventBridge(payload []byte, in core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	via := arrival{ingress: ingress(sourceEventBridge)}
	if source := v.Get("source").Str; source == "aws.events" || source == "aws.scheduler" {
		via.ingress = byARN(v.Get("resources.0"), sourceEventBridge)
	}
	return via.stamp(s.ofEventBridge(v, in)), nil
}

// ofEventBridge returns the event in an envelope, a CloudEvent in one unchanged, or the events of the record of a failed
// call whose destination is an event bus.
func (s *sources) ofEventBridge(v gjson.Result, in core.Invocation) []core.Record {
	detail := v.Get("detail")
	switch m := draft.MembersOf(detail); {
	case trigger.IsCloudEvent(m):
		return []core.Record{structured(detail.Raw)}
	case isCall(m) || isFailedBatch(m):
		records, err := s.destination([]byte(detail.Raw), in)
		if err != nil {
			records = []core.Record{{Err: err, Raw: []byte(v.Raw)}}
		}
		return records
	}
	kind := strings.Join(strings.Fields(v.Get("detail-type").String()), "")
	e := draft.New(v.Get("id").String(), v.Get("source").String(), "com.amazonaws.events."+kind)
	setResources(e, v.Get("resources").Array())
	e.Set("awsaccount", v.Get("account").String())
	e.Set("awsregion", v.Get("region").String())
	e.Time(draft.Timestamp(v.Get("time")))
	if detail.Type == gjson.String { // from Scheduler; it is mostly JSON
		e.Data([]byte(detail.Str))
	} else {
		e.JSON([]byte(detail.Raw))
	}
	return []core.Record{e.Record([]byte(v.Raw))}
}

// setResources sets the first resource and, if there are several, a list of all.
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
