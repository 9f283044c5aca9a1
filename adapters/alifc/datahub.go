// Records of a DataHub trigger, which Function Compute 2.0 had.

package alifc

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

func dataHub(payload []byte, _ core.Invocation) ([]core.Record, error) {
	event := gjson.ParseBytes(payload)
	elements := event.Get("records").Array()
	records := make([]core.Record, len(elements))
	for i, element := range elements {
		kind := "datahub:" + strings.TrimPrefix(event.Get("eventName").String(), "acs:datahub:")
		e := draft.New(element.Get("eventId").String(), event.Get("eventSourceARN").String(), kind)
		e.Set("aliyunregionid", event.Get("region").String())
		e.Time(milliseconds(element.Get("systemTime").Int()))
		e.JSON([]byte(element.Raw))
		records[i] = e.Record([]byte(element.Raw))
		records[i].Ingress = ingress(sourceDataHub)
	}
	draft.TellApart(records)
	return records, nil
}
