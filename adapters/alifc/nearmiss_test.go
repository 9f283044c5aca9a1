package alifc

import (
	"testing"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/core/coretest"
)

// nearMisses share names with the envelopes of each source, but are not envelopes. They are generic, whatever the settings
// say.
var nearMisses = map[string][]string{
	sourceNothing:     {`{"events":[],"of":"today"}`, `{"events":{}}`},
	sourceMNS:         {`{"TopicName":"t","Message":"m"}`, `{"TopicOwner":1,"TopicName":2,"Subscriber":3,"SubscriptionName":4,"MessageId":5,"MessageMD5":6,"Message":7,"PublishTime":8}`},
	sourceEventBridge: {`{"topic":"t","partition":1,"offset":2}`, `{"topic":"t","partition":"1","offset":2,"timestamp":3}`, `{"props":{},"body":"b"}`, `{"messageId":7,"messageBody":"b"}`, `{"envelope":"e","props":{},"body":"b"}`, `{"topic":"t","systemProperties":"s","body":"b"}`, `{"topicPartition":"t","operationType":"o"}`, `{"topicPartition":{},"operationType":"o"}`, `{"envelope":{"to":"me"},"props":{},"body":"b"}`, `[{"topic":"t","partition":1}]`, `{"id":"1","source":"/s","type":"t"}`},
	sourceOSS:         {`{"events":[{"eventSource":"oss"}]}`, `{"events":[{"oss":{}}]}`, `{"events":[{"eventSource":"acs:oss"}]}`, `{"events":{"eventSource":"acs:oss","eventName":"n"}}`},
	sourceCDN:         {`{"events":[{"eventSource":"cdn"}]}`, `{"events":[{"eventSource":"cdn","eventName":"n"}]}`},
	sourceTimer:       {`{"triggerTime":"2026-01-31T12:00:00Z","triggerName":"n","level":3}`, `{"triggerTime":"noon","triggerName":"n"}`, `{"triggerTime":7,"triggerName":"n","payload":""}`, `{"triggerName":"n","payload":""}`},
	sourceHTTP:        {`{"requestContext":{},"rawPath":"/"}`, `{"version":"v1","rawPath":"/"}`},
	sourceAPIGateway:  {`{"httpMethod":"GET","path":"/"}`, `{"httpMethod":"GET","path":"/","headers":{}}`},
	sourceSLS:         {`{"source":{"shardId":1}}`, `{"source":"s","parameter":{}}`, `{"source":{"shardId":1,"beginCursor":"a","endCursor":"b"}}`},
	sourceTablestore:  {`{"Version":"2","Records":{"a":1}}`, `{"Version":"2","Records":[{"a":1}]}`, `{"Version":2,"Records":[]}`, `{"Version":"2","Records":[]}`, `{"Version":"Sync-v1","Records":[{"Type":"PutRow"}]}`},
	sourceDestination: {`{"requestContext":{"condition":"c"},"requestPayload":"p"}`, `{"requestContext":{"condition":1,"functionArn":2},"requestPayload":"p","responseContext":3}`},
	sourceDataHub:     {`{"eventSource":"datahub","records":[]}`, `{"eventSource":"acs:datahub"}`},
	sourceDoctor:      {`{"sendbridge":"hello"}`},
	sourceMNSStream:   {`{"body":{"a":1},"attrs":{}}`, `{"body":"b","attrs":["red"]}`, `{"body":"b","attrs":{"a":1}}`, `{"body":"b","attrs":{},"more":1}`},
	sourceGeneric:     {`{"Name":"n","Details":{}}`, `{"sessionState":{},"bot":{}}`, `7`, `"text"`, `{}`, `text`},
}

// overruled are envelopes with common names: the settings may say that they are generic.
var overruled = map[string]string{
	`{"body":"b","attrs":{"a":"b"}}`:                                   sourceMNSStream,
	`{"topic":"t","partition":1,"offset":2,"timestamp":3,"value":"v"}`: sourceEventBridge,
	`{"messageId":"m","messageBody":"b"}`:                              sourceEventBridge,
	`{"events":[]}`:                                                    sourceNothing,
	"\xa1not CBOR":                                                     sourceTablestore,
	`[{"topic":"t","partition":1,"offset":2,"timestamp":3,"value":"v"},{"a":"b"}]`: sourceEventBridge,
}

// proven are recognised, whatever the settings say.
var proven = map[string]string{
	`{"triggerTime":"2026-01-31T12:00:00Z","triggerName":"n","payload":""}`:            sourceTimer,
	`{"specversion":"1.0","id":"1","source":"/s","type":"t"}`:                          sourceEventBridge,
	`[{"a":"b"},{"specversion":"1.0","id":"1","source":"/s","type":"t"}]`:              sourceEventBridge,
	`{"Version":"Sync-v1","Records":[{"Type":"PutRow","PrimaryKey":[],"Columns":[]}]}`: sourceTablestore,
	`{"events":[{"eventSource":"acs:oss","eventName":"ObjectCreated:PutObject"}]}`:     sourceOSS,
}

func TestNearMisses(t *testing.T) {
	unset, stated := newTable(nil), newTable(&SourceOptions{Trigger: sourceGeneric, Type: "t", Source: "/s"})
	for name, table := range map[string]trigger.Table{"without settings": unset, "as generic": stated} {
		for _, row := range table {
			if len(nearMisses[row.Name]) == 0 {
				t.Errorf("source %s has no near misses", row.Name)
			}
		}
		for source, payloads := range nearMisses {
			for _, payload := range payloads {
				if got := table.Of([]byte(payload)).Name; got != sourceGeneric {
					t.Errorf("%s, near %s: %s goes to %s", name, source, payload, got)
				}
			}
		}
		for payload, want := range proven {
			if got := table.Of([]byte(payload)).Name; got != want {
				t.Errorf("%s: %s goes to %s", name, payload, got)
			}
		}
	}
	for payload, want := range overruled {
		if got := unset.Of([]byte(payload)).Name; got != want {
			t.Errorf("%s goes to %s, want %s", payload, got, want)
		}
		row := stated.Of([]byte(payload))
		records, err := row.Decode([]byte(payload), coretest.Invocation)
		if row.Name != sourceGeneric || err != nil || len(records) != 1 || string(records[0].Event.Data()) != payload {
			t.Errorf("%s as generic goes to %s: %v, %d records", payload, row.Name, err, len(records))
		}
	}
}
