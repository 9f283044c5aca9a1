package trigger

import (
	"slices"
	"strings"

	"sendbridge/core"
)

// claimed precedes, in an ingress, the name of a trigger that is not one of the function's.
const claimed = "claimed:"

// Listed returns a table that marks the ingress of events whose trigger is not in triggers, so that a rule for a trigger's
// ingress does not match them. A function is not informed who invoked it: an IoT rule or another caller may forward a
// payload that claims to come from a queue. cloud precedes the trigger in an ingress. triggers lists the rest of an
// ingress, an ARN or a source's name; a * at the end matches anything. An empty list marks nothing.
func (t Table) Listed(cloud string, triggers []string) Table {
	if len(triggers) == 0 {
		return t
	}
	marked := slices.Clone(t)
	for i := range marked {
		decode := t[i].Decode
		marked[i].Decode = func(payload []byte, in core.Invocation) ([]core.Record, error) {
			records, err := decode(payload, in)
			for j := range records {
				records[j].Ingress = mark(records[j].Ingress, cloud, triggers)
			}
			return records, err
		}
	}
	return marked
}

func mark(ingress, cloud string, triggers []string) string {
	name, ok := strings.CutPrefix(ingress, cloud)
	if !ok || strings.HasPrefix(name, claimed) || slices.ContainsFunc(triggers, func(listed string) bool { return isListed(name, listed) }) {
		return ingress
	}
	return cloud + claimed + name
}

func isListed(name, listed string) bool {
	prefix, open := strings.CutSuffix(listed, "*")
	return name == listed || open && strings.HasPrefix(name, prefix)
}
