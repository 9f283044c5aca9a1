package webhook

import (
	"net/http"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// decodeEventGrid makes events of a list in Event Grid's own schema.
func decodeEventGrid(spec *inlet.Spec, r *http.Request, body []byte) ([]core.Record, error) {
	var records []core.Record
	var refused cloudevent.Refusals
	i := 0
	gjson.ParseBytes(body).ForEach(func(_, element gjson.Result) bool {
		record := received(r, spec.GridEvent(r.Header, element.Raw))
		if record.Index = i; record.Err != nil {
			records = refused.Append(records, record)
		} else {
			records = append(records, record)
		}
		i++
		return i <= maxBatch
	})
	if i > maxBatch {
		return nil, errBatchTooLarge
	}
	return records, nil
}

// isGridRequest reports whether a request uses Event Grid's own schema. That schema has no OPTIONS handshake and states
// no origin, and the sender has authenticated otherwise.
func isGridRequest(at *servedInlet, h http.Header) bool {
	return at != nil && at.Spec().TakesEventGrid() && h.Get("Aeg-Event-Type") != "" && h.Get("Webhook-Request-Origin") == "" && h.Get("Origin") == ""
}
