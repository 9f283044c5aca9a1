package webhook

import (
	"bytes"
	"fmt"
	"net/http"
	"unicode/utf8"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/internal/jsontext"
)

// decodeLines makes an event of each line of newline-delimited JSON. A line that can't be one becomes a record with its Err
// set, and the others are events all the same. A body that is one JSON value on several lines is one event.
// https://github.com/ndjson/ndjson-spec
func decodeLines(spec *inlet.Spec, r *http.Request, b bodyOfInlet) ([]core.Record, error) {
	list := linesOf(b.body)
	if len(list) > maxBatch {
		return nil, batchTooLarge(len(list))
	}
	if jsontext.ValidBytes(b.body) {
		list = [][]byte{b.body}
	}
	records := make([]core.Record, len(list))
	for i, line := range list {
		records[i] = received(r, decodeLine(spec, r.Header, b, line, i+1))
	}
	return records, nil
}

// decodeLine makes an event of a line, which may be a CloudEvent where the inlet takes them.
func decodeLine(spec *inlet.Spec, h http.Header, b bodyOfInlet, line []byte, number int) core.Record {
	switch {
	case !jsontext.ValidBytes(line) || !utf8.Valid(line):
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

// linesOf are the lines that have something on them. A stream that was put together of files has a byte order mark before
// each.
func linesOf(body []byte) [][]byte {
	var list [][]byte
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		if line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))); len(line) > 0 {
			list = append(list, line)
		}
	}
	return list
}

func batchTooLarge(events int) error {
	return &requestError{status: http.StatusRequestEntityTooLarge, code: "BatchTooLarge",
		text: fmt.Sprintf("the batch has %d events: at most %d are allowed", events, maxBatch)}
}
