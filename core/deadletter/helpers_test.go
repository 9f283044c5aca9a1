package deadletter_test

import "sendbridge/core/send/sendtest"

// twoRules make two messages of an event.
const twoRules = `
rules:
  - {name: first, topic: a/1, payload: {jsonpath: $.id}}
  - {name: second, topic: b/1, payload: {jsonpath: $.id}}
`

// refusing returns a sender that rejects all messages of twoRules.
func refusing() *sendtest.Recorder {
	refusal := sendtest.Refusal("InvalidTopic")
	return &sendtest.Recorder{Errs: map[string]error{"a/1": refusal, "b/1": refusal}}
}
