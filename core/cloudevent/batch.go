package cloudevent

import (
	"errors"
	"fmt"

	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// ErrTooMany is the error of a list with too many elements. They are counted only up to the limit.
var ErrTooMany = errors.New("too many elements")

// DecodeBatch decodes a JSON array of at most limit events; it returns ErrTooMany for more. An element that is not an event
// becomes a record as Refusals makes it. Any other error means that the payload is not a JSON array.
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

// MaxRefusals is the number of invalid elements of a batch that get their own record.
const MaxRefusals = 20

// Refusals limits what is answered, logged and kept in memory about the invalid elements of a batch. The zero value is
// ready for one batch.
type Refusals struct {
	count int
	rest  *others // in the record for all the others
}

// Append adds the record of an invalid element to the records of its batch. The first MaxRefusals records are added one by
// one. All further ones are combined into one record with their number, at the position of the first of them.
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

// others stands for the further invalid elements of a batch.
type others struct{ count int }

func (o *others) Error() string {
	return fmt.Sprintf("%d elements from here on are not events: the errors before say why", o.count)
}

// Describe makes it the sender's fault, like the errors before.
func (o *others) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassMessage, Code: fault.CodeInvalidEvent, Actor: fault.ActorSender}
}

// ElementsOf returns the number of elements that a record's error stands for: 1, unless it stands for several.
func ElementsOf(err error) int {
	if o := (*others)(nil); errors.As(err, &o) {
		return o.count
	}
	return 1
}
