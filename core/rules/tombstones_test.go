package rules_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules"
)

// A rule over a source with tombstones has a warning if it needs their missing part, unless its pattern excludes tombstones
// or its placeholders have fallbacks.
func TestWarningsOfTombstones(t *testing.T) {
	const (
		kafka  = "{type: [com.amazonaws.kafka.record]}"
		dynamo = "{source: ['arn:aws:dynamodb:eu-west-1:123456789012:table/doors/stream/x']}"
	)
	for _, c := range []struct{ pattern, message, want string }{
		{kafka, "topic: a/b\n    payload: {jsonpath: $.data}", "4:14: a Kafka record without a value (a tombstone) has no $.data: the rule fails for it each time, and its partition waits: add data: [{exists: true}] to the pattern"},
		{kafka, "topic: 'a/${$.data.door}'\n    payload: original", "3:12: a Kafka record without a value (a tombstone) has no $.data.door"},
		{kafka, "topic: a/b\n    payload: {template: '${door}'}\n    vars: {door: $.data.door}", "4:14: a Kafka record"},
		{kafka, "topic: a/b\n    payload: {jsonpath: '@'}\n    each: $.data.doors", "5:11: a Kafka record without a value (a tombstone) has no $.data.doors"},
		{kafka, "topic: a/b\n    payload: original\n    unwrap: $.data.inner", "5:13: a Kafka record"},
		{"{source: [{prefix: 'arn:aws:kafka:'}]}", "topic: a/b\n    payload: {jsonpath: $.data}", "4:14: a Kafka record"},
		{"{source: ['kafka://b-1:9092']}", "topic: a/b\n    payload: {jsonpath: $.data}", "4:14: a Kafka record"},
		{"{sendbridgeingress: [{prefix: 'lambda:arn:aws:kafka:'}]}", "topic: a/b\n    payload: {jsonpath: $.data}", "4:14: a Kafka record"},
		{"{type: [{prefix: com.amazonaws.kafka}]}", "topic: a/b\n    payload: {jsonpath: $.data}", "4:14: a Kafka record"},
		{"{type: ['alikafka:Topic:Message']}", "topic: a/b\n    payload: {jsonpath: $.data.value}", "4:14: a Kafka record without a value (a tombstone) has no $.data.value: the rule fails for it each time, and its partition waits: add data: {value: [{anything-but: [null, \"\"]}]}"},
		{dynamo, "topic: a/b\n    payload: {jsonpath: $.data.dynamodb.NewImage}", "4:14: the record of a deleted item has no $.data.dynamodb.NewImage: the rule fails for it each time, and its shard waits"},
		{"{type: [com.amazonaws.dynamodb.INSERT, com.amazonaws.dynamodb.REMOVE]}", "topic: 'a/${$.data.dynamodb.NewImage.id.S}'\n    payload: original", "3:12: the record of a deleted item"},
		{"{type: [com.amazonaws.kafka.record], $or: [{data: {a: [1]}}, {subject: [x]}]}", "topic: a/b\n    payload: {jsonpath: $.data}", "4:14: a Kafka record"},

		{"{type: [com.amazonaws.kafka.record], data: [{exists: true}]}", "topic: a/b\n    payload: {jsonpath: $.data}", ""},
		{"{type: [com.amazonaws.kafka.record], data: {door: [{exists: true}]}}", "topic: a/b\n    payload: {jsonpath: $.data.door}", ""},
		{"{type: [com.amazonaws.kafka.record], $or: [{data: {a: [1]}}, {data: {b: [1]}}]}", "topic: a/b\n    payload: {jsonpath: $.data}", ""},
		{"{type: ['alikafka:Topic:Message'], data: {value: [{exists: true}]}}", "topic: 'a/${$.data.value}'\n    payload: original", "3:12: a Kafka record"},
		{"{type: ['alikafka:Topic:Message'], data: {value: [{exists: true}]}}", "topic: a/b\n    payload: {jsonpath: $.data.value.door}", "4:14: a Kafka record"},
		{"{type: ['alikafka:Topic:Message'], data: {value: [{exists: true}]}}", "topic: a/b\n    payload: {jsonpath: $.data.value}", ""},
		{"{type: ['alikafka:Topic:Message'], data: {value: [{anything-but: [null, '']}]}}", "topic: 'a/${$.data.value}'\n    payload: original", ""},
		{"{type: ['alikafka:Topic:Message'], data: {value: [open, shut]}}", "topic: 'a/${$.data.value}'\n    payload: original", ""},
		{kafka, "topic: a/b\n    payload: original", ""},
		{kafka, "topic: 'a/${$.data.door:-none}'\n    payload: {template: '${door}'}\n    vars: {door: {path: $.data.door, default: none}}", ""},
		{kafka, "topic: 'a/${$.subject}'\n    payload: {constant: x}", ""},
		{"{type: [com.amazonaws.dynamodb.INSERT], source: [{prefix: 'arn:aws:dynamodb:'}]}", "topic: a/b\n    payload: {jsonpath: $.data.dynamodb.NewImage}", ""},
		{dynamo, "topic: a/b\n    payload: {jsonpath: $.data.dynamodb.Keys}", ""},
		{"{type: [com.amazonaws.sqs.message]}", "topic: a/b\n    payload: {jsonpath: $.data}", ""},
		{"{source: [{prefix: 'arn:aws:'}]}", "topic: a/b\n    payload: {jsonpath: $.data}", ""},
	} {
		yaml := "rules:\n  - pattern: " + c.pattern + "\n    " + c.message + "\n"
		set, err := rules.Parse("f", []byte(yaml))
		if err != nil {
			t.Errorf("%s: %v", yaml, err)
			continue
		}
		got := set.Warnings()
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0].Error(), "f:"+c.want)) {
			t.Errorf("%s: %v, want %q", yaml, got, c.want)
		}
	}
}
