package cloudevent

import (
	"errors"
	"fmt"

	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// ErrTooMany is the error of a list that has more elements than are taken. They have been counted up to there only.
var ErrTooMany = errors.New("too many elements")

// DecodeBatch reads a JSON array of at most limit events; more are ErrTooMany. An element that is not an event becomes
// a record as a Refusals makes them; any other error is for a payload that is no JSON array.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format
func DecodeBatch(payload []byte, limit int) ([]core.Record, error) {
	batch, err := parse(payload, "a batch is one JSON array of events and nothing after it")
	if err != nil {
		return nil, err
	}
	if !batch.IsArray() {
		return nil, InvalidEvent("a batch is a JSON array of events, this is %s", jsonType(batch))
	}
	count := 0
	batch.ForEach(func(_, _ gjson.Result) bool {
		count++
		return count <= limit
	})
	if count > limit {
		return nil, ErrTooMany
	}
	records := []core.Record{}
	var refused Refusals
	index := 0
	batch.ForEach(func(_, element gjson.Result) bool {
		if e, err := decodeEvent(element, nil); err != nil {
			records = refused.Append(records, core.Record{Err: err, Raw: []byte(element.Raw), Index: index})
		} else {
			records = append(records, core.Record{Event: e, Index: index})
		}
		index++
		return true
	})
	return records, nil
}

// MaxRefusals is how many elements of a batch that are no events get a record each.
const MaxRefusals = 20

// Refusals bounds what is answered, logged and kept in memory of a batch's elements that are no events. The zero value is
// for one batch.
type Refusals struct {
	count int
	rest  *others // in the record for all the others
}

// Append adds the record of an element that is no event to those of its batch. The first MaxRefusals are added each; after
// them comes one for all the others, with their count, at the place of the first of those.
func (r *Refusals) Append(records []core.Record, refused core.Record) []core.Record {
	r.count++
	switch {
	case r.count <= MaxRefusals:
		return append(records, refused)
	case r.count == MaxRefusals+1:
		r.rest = &others{}
		records = append(records, core.Record{Err: r.rest, Index: refused.Index})
	}
	r.rest.count++
	return records
}

// others are the elements beyond the first that were refused.
type others struct{ count int }

func (o *others) Error() string {
	return fmt.Sprintf("%d elements from here on are no events: those before say why", o.count)
}

// Describe makes it the sender's fault, as it is of each of them.
func (o *others) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassMessage, Code: fault.CodeInvalidEvent, Actor: fault.ActorSender}
}

// ElementsOf is how many elements of a batch a record's error is of: 1 unless it stands for many.
func ElementsOf(err error) int {
	if o := (*others)(nil); errors.As(err, &o) {
		return o.count
	}
	return 1
}
