package trigger

import (
	"slices"
	"strings"

	"sendbridge/core"
)

// claimed stands in an ingress before the name of a trigger that is not one of the function's.
const claimed = "claimed:"

// Listed returns the table with the events of triggers that are not listed marked in their ingress, so that a rule for a
// trigger's ingress does not match them. A function does not hear who invoked it: an IoT rule or another caller may
// forward a payload that claims to be a queue's. cloud stands before the triggers in an ingress. A trigger is listed as
// what follows it, an ARN or a source's name, and a * at its end stands for anything. An empty list marks nothing.
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
