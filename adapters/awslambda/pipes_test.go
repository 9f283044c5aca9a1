package awslambda_test

import (
	"testing"

	"sendbridge/adapters/awslambda"
	"sendbridge/core/fault"
)

// The records of a pipe's transformer, and of sources that take no list of failures, succeed or fail as a whole.
func TestPipesWithoutAListOfFailures(t *testing.T) {
	const broker = `{"eventSource":"aws:amq","eventSourceArn":"arn:aws:mq:x:1:broker:b","messageID":"1","data":"`
	for name, c := range map[string]struct {
		payload string
		failed  bool
	}{
		"a transformer's":         {`["hello"]`, false},
		"a transformer's, failed": {`["later"]`, true},
		"CloudEvents":             {`[{"specversion":"1.0","id":"1","source":"/s","type":"t","data":"hello"}]`, false},
		"CloudEvents, failed":     {`[{"specversion":"1.0","id":"1","source":"/s","type":"t","data":"later"}]`, true},
		"a broker's":              {`[` + broker + `aGVsbG8="}]`, false},
		"a broker's, failed":      {`[` + broker + `bGF0ZXI="}]`, true},
	} {
		o := &awslambda.Options{PartialBatch: everyPartial, Sources: awslambda.SourceOptions{Type: "t", Source: "/s"}}
		answer, err := handler(t, new(api), nil, o).Invoke(t.Context(), []byte(c.payload))
		if c.failed && (answer != nil || fault.Of(err).Class != fault.ClassTransient) || !c.failed && (err != nil || string(answer) != `{"received":1,"sent":1}`) {
			t.Errorf("%s: %s, %v", name, answer, err)
		}
	}
}
