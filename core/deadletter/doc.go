// Package deadletter implements sinks for events that can never be delivered: a file and an HTTP address. Both are a
// core.DeadLetterFunc. Package bridge calls it with the event, whose extensions contain the reason. The bridge acknowledges
// the event only after the sink has returned nil.
//
//	sink, err := deadletter.File("/var/lib/sendbridge/dead.ndjson")
//	if err != nil {
//		return err
//	}
//	b := bridge.New(sender, rules, &bridge.Options{DeadLetter: sink})
//
// A sink makes one attempt and does not know why an event was given up. Dead letters are ordinary CloudEvents: post them to
// the bridge again after the cause is fixed.
package deadletter
