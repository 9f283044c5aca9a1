// Package draft makes CloudEvents of triggers' payloads, for the decoders of all adapters. A decoder starts an event, sets
// what the payload has, and asks for the record at the end. The first mistake is kept until then, so that a decoder needs
// no error handling between:
//
//	e := draft.New(id, arn, "com.amazonaws.sqs.message")
//	e.Time(draft.Milliseconds(sent))
//	e.Data(body)
//	return e.Record(raw)
//
// An optional attribute that CloudEvents does not allow never costs the event: it is left out and noted. The package knows
// no vendor's format.
package draft
