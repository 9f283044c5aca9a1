package awslambda

import (
	"maps"
	"slices"
	"strings"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/internal/jsontext"
)

const sourceCloudEvent = "cloudevent"

func isCloudEvent(p *trigger.Payload) bool { return trigger.IsCloudEvent(p.Members) }

func cloudEvent(payload []byte, _ core.Invocation) ([]core.Record, error) {
	return arrival{ingress: ingress(sourceCloudEvent)}.stamp([]core.Record{structured(string(payload))}), nil
}

// structured decodes an event unchanged.
func structured(text string) core.Record {
	e, err := cloudevent.DecodeEvent([]byte(text))
	if err != nil {
		return core.Record{Err: err, Raw: []byte(text)}
	}
	return core.Record{Event: e}
}

// binary makes an event of a message with attributes beside its body, for instance as ce-id, ce_id or cloudEvents:id. ok is
// false if there are no such attributes.
func binary(attributes map[string]string, body []byte, raw string) (r core.Record, ok bool) {
	named := make(map[string]string)
	names := slices.Sorted(maps.Keys(attributes)) // so that names which become equal always give the same event
	for _, name := range names {
		for _, prefix := range []string{"ce-", "ce_", "cloudEvents:", "cloudEvents_"} {
			if rest, found := strings.CutPrefix(name, prefix); found {
				named[strings.ToLower(rest)] = attributes[name]
			}
		}
	}
	if named["specversion"] == "" {
		return r, false
	}
	e := draft.New(named["id"], named["source"], named["type"])
	mediaType := named["datacontenttype"]
	for _, name := range []string{"id", "source", "type", "datacontenttype"} {
		delete(named, name)
	}
	e.SetAll(named)
	for _, name := range names {
		if mediaType == "" && strings.EqualFold(name, "content-type") {
			mediaType = attributes[name]
		}
	}
	e.Typed(mediaType, body)
	return e.Record([]byte(raw)), true
}

// isJSONObject reports whether a body may be an envelope.
func isJSONObject(body string) bool {
	return strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{") && jsontext.Valid(body)
}
