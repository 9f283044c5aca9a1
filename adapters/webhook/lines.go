package webhook

import (
	"bytes"
	"net/http"
	"unicode/utf8"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/internal/jsontext"
)

// decodeLines makes an event of each line of newline-delimited JSON. An invalid line becomes a record with Err set, and
// the others become events. A body that is one JSON value on several lines is one event.
// https://github.com/ndjson/ndjson-spec
func decodeLines(spec *inlet.Spec, r *http.Request, b bodyOfInlet) ([]core.Record, error) {
	list, ok := linesOf(b.body, maxBatch)
	if !ok {
		return nil, errBatchTooLarge
	}
	if jsontext.Valid(b.body) {
		list = [][]byte{b.body}
	}
	var records []core.Record
	var refused cloudevent.Refusals
	for i, line := range list {
		record := received(r, decodeLine(spec, r.Header, b, line, i+1))
		record.Index = i
		if record.Err != nil {
			records = refused.Append(records, record)
		} else {
			records = append(records, record)
		}
	}
	for i := range records {
		records[i].Ingress, records[i].SenderWaits = ingressOf(r), true
	}
	return records, nil
}

// decodeLine makes an event of a line. The line may be a CloudEvent if the inlet accepts them.
func decodeLine(spec *inlet.Spec, h http.Header, b bodyOfInlet, line []byte, number int) core.Record {
	switch {
	case !jsontext.Valid(line) || !utf8.Valid(line):
		return core.Record{Raw: line, Err: fault.New(fault.CodeInvalidEvent, fault.ActorSender, "line %d is not JSON in UTF-8", number)}
	case spec.CloudEvents && isUnmarkedCloudEvent(line):
		e, err := cloudevent.DecodeEvent(line)
		if err != nil {
			return core.Record{Err: err, Raw: line}
		}
		return core.Record{Event: e}
	case spec.CloudEvents && spec.Type == nil:
		return core.Record{Raw: line, Err: fault.New(fault.CodeInvalidEvent, fault.ActorSender, "line %d is not a CloudEvent", number)}
	}
	return spec.Line(h, line, number)
}

// linesOf returns the lines that are not blank. ok is false if there are more than limit. A stream that was assembled
// from files has a byte order mark before each.
func linesOf(body []byte, limit int) (list [][]byte, ok bool) {
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		if line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))); len(line) == 0 {
			continue
		}
		if len(list) == limit {
			return nil, false
		}
		list = append(list, line)
	}
	return list, true
}
