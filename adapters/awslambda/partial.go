// Partial batch responses: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html and
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html

package awslambda

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"sendbridge/core"
)

// failures returns the ids of the messages that a trigger has to deliver again. ok is false if one of them has no id:
// Lambda ignores an answer with an unknown id, or fails the whole batch.
type failures = func(results []core.Result) (items []json.RawMessage, ok bool)

// itemFailures returns the answer that names the failed messages, with a window's state if there is one.
func itemFailures(state []byte, items []json.RawMessage) []byte {
	type failure struct {
		ItemIdentifier json.RawMessage `json:"itemIdentifier"`
	}
	list := make([]failure, len(items)) // an empty list must not be encoded as null
	for i, item := range items {
		list[i] = failure{item}
	}
	raw, err := json.Marshal(struct {
		State             json.RawMessage `json:"state,omitempty"`
		BatchItemFailures []failure       `json:"batchItemFailures"`
	}{state, list})
	if err != nil {
		panic(err) // valid JSON always encodes
	}
	return raw
}

// failedMessages returns all messages with a failed event, each once, and in a FIFO queue also those that follow one in its
// group, because they must not overtake it. Other groups continue; AWS's own tools do that only as an option.
func failedMessages(results []core.Result) (items []json.RawMessage, ok bool) {
	named, broken := make(map[string]bool), make(map[string]bool)
	for i := range results {
		r := &results[i]
		failed := !r.Outcome.Acknowledged() || r.OrderingKey != "" && broken[r.OrderingKey]
		if !failed {
			continue
		}
		broken[r.OrderingKey] = true
		if r.MessageID == "" {
			return nil, false
		}
		if !named[r.MessageID] {
			named[r.MessageID] = true
			items = append(items, quoted(r.MessageID))
		}
	}
	return items, true
}

// firstFailure returns the checkpoint of a shard: Lambda delivers everything from there on again.
func firstFailure(results []core.Result) (items []json.RawMessage, ok bool) {
	first := ""
	for i := range results {
		r := &results[i]
		switch {
		case r.Outcome.Acknowledged():
		case r.MessageID == "":
			return nil, false
		case first == "" || before(r.MessageID, first):
			first = r.MessageID
		}
	}
	if first != "" {
		items = append(items, quoted(first))
	}
	return items, true
}

// firstOf is firstFailure for a list in which only the order says what comes first.
func firstOf(results []core.Result) (items []json.RawMessage, ok bool) {
	for i := range results {
		if r := &results[i]; !r.Outcome.Acknowledged() {
			return []json.RawMessage{quoted(r.MessageID)}, r.MessageID != ""
		}
	}
	return nil, true
}

// before compares sequence numbers, which are too long for any integer.
func before(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) < 0
}

// failedOffsets returns the first failed offset of each partition.
func failedOffsets(results []core.Result) (items []json.RawMessage, ok bool) {
	first := make(map[string]int64)
	var order []string
	for i := range results {
		r := &results[i]
		if r.Outcome.Acknowledged() {
			continue
		}
		at := strings.LastIndexByte(r.MessageID, '@')
		partition := r.MessageID[:max(at, 0)]
		offset, err := strconv.ParseInt(r.MessageID[at+1:], 10, 64)
		if err != nil || partition == "" {
			return nil, false
		}
		known, ok := first[partition]
		if !ok {
			order, known = append(order, partition), offset
		}
		first[partition] = min(known, offset)
	}
	for _, partition := range order {
		items = append(items, json.RawMessage(`{"partition":`+string(quoted(partition))+`,"offset":`+strconv.FormatInt(first[partition], 10)+`}`))
	}
	return items, true
}

func quoted(s string) json.RawMessage {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return raw
}
