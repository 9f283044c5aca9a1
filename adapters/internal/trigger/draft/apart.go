package draft

import (
	"strconv"

	"sendbridge/core"
)

// TellApart gives the second and every further event of a source and an id another id, derived from its data.
// Documented samples of several triggers repeat ids within a batch, and no event is dropped for that. It returns records.
func TellApart(records []core.Record) []core.Record {
	seen := make(map[string]int)
	for i := range records {
		r := &records[i]
		if r.Err != nil {
			continue
		}
		key := r.Event.Source() + "\n" + r.Event.ID()
		if n := seen[key]; n > 0 {
			r.Event.SetID(r.Event.ID() + "-" + Hash(string(r.Event.Data()), strconv.Itoa(n)))
			r.DerivedID = true
		}
		seen[key]++
	}
	return records
}
