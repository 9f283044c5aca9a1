// Package draft builds CloudEvents from triggers' payloads, for the decoders of all adapters. A decoder starts an event,
// sets what the payload has, and asks for the record at the end. The event keeps the first mistake until then, so a decoder
// needs no error handling in between:
//
//	e := draft.New(id, arn, "com.amazonaws.sqs.message")
//	e.Time(draft.Milliseconds(sent))
//	e.Data(body)
//	return e.Record(raw)
//
// An invalid optional attribute never invalidates the event: it is left out and recorded. The package knows no vendor's
// format.
package draft
