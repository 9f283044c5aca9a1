package cloudevent

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strconv"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/internal/shorten"
)

// OneLine converts JSON to one line: a newline outside of strings is white space, and strings contain none.
func OneLine(json []byte) []byte {
	for i, c := range json {
		if c == '\n' || c == '\r' {
			json[i] = ' '
		}
	}
	return json
}

// The extensions that mark a dead letter, and identify it when it comes back.
const (
	errorMark = "sendbridgeerror"
	codeMark  = "sendbridgecode"
	ruleMark  = "sendbridgerule" // absent if no rule caused the error
)

func IsDeadLetterMark(name string) bool {
	return name == errorMark || name == codeMark || name == ruleMark
}

// IsReplay reports whether an event comes from a dead-letter sink.
func IsReplay(ec *event.EventContextV1) bool {
	_, ok := ec.Extensions[codeMark]
	return ok
}

// DeadLetter returns an event as received, with extensions that name the error and the rule.
func DeadLetter(e event.Event, rule string, err error) event.Event {
	ec := *ContextOf(&e)
	ec.Extensions = maps.Clone(ec.Extensions)
	if ec.Extensions == nil {
		ec.Extensions = make(map[string]any)
	}
	maps.DeleteFunc(ec.Extensions, func(name string, _ any) bool { return isIngress(name) || IsDeadLetterMark(name) })
	ec.Extensions[codeMark] = cmp.Or(printable(fault.Of(err).Code), "Message")
	for name, text := range map[string]string{errorMark: err.Error(), ruleMark: rule} {
		if text = printable(text); text != "" {
			ec.Extensions[name] = text
		}
	}
	e.Context = &ec
	return e
}

// printable returns a text that an attribute may contain, shortened to what people read.
func printable(s string) string {
	return shorten.Bytes(strings.Map(func(r rune) rune {
		if isDisallowed(r) {
			return ' '
		}
		return r // U+FFFD for a byte that is not UTF-8
	}, s), 1000)
}

// Undecodable wraps a record's bytes in an event of the bridge. Its id is the same when the trigger delivers the bytes
// again. If the trigger has no message id, two messages with the same bytes cannot be distinguished from one that was
// delivered twice.
func Undecodable(r *core.Record) core.Record {
	h := sha256.New()
	h.Write(strconv.AppendInt(nil, int64(len(r.MessageID)), 10))
	h.Write([]byte(":" + r.MessageID))
	h.Write(r.Raw)
	source := printable(r.Ingress)
	if !IsURIReference(source) {
		source = "sendbridge"
	}
	mediaType := "application/octet-stream"
	ec := &event.EventContextV1{
		ID:              hex.EncodeToString(h.Sum(nil)[:16]),
		Source:          types.URIRef{URL: sentURI(source)},
		Type:            "sendbridge.undecodable",
		DataContentType: &mediaType,
	}
	return core.Record{Event: event.Event{Context: ec, DataEncoded: r.Raw, DataBase64: true}, DerivedID: r.MessageID == ""}
}
