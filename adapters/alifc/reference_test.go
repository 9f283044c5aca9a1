package alifc

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/coretest"
)

// referenceSamples are the samples of the project's reference, if it is beside the checkout: the source of each, and the
// type of its first event. Answers and other payloads that no trigger sends have the source that would match them.
var referenceSamples = map[string][2]string{
	"api-gateway-response.json":               {sourceGeneric, ""}, // an answer
	"api-gateway.json":                        {sourceAPIGateway, "apigateway:Api:Request"},
	"async-destination.json":                  {sourceDestination, ""}, // without a payload to send again
	"cdn-cached-objects-refreshed.json":       {sourceCDN, "cdn:CachedObjectsRefreshed"},
	"cdn-domain-added.json":                   {sourceCDN, "cdn:CdnDomainAdded"},
	"cdn-domain-started.json":                 {sourceCDN, "cdn:CdnDomainStarted"},
	"cdn-log-file-created.json":               {sourceCDN, "cdn:LogFileCreated"},
	"datahub-fc2.json":                        {sourceDataHub, "datahub:putRecord"},
	"eventbridge-actiontrail-data.json":       {sourceGeneric, ""}, // only the data, without its envelope
	"eventbridge-apache-rocketmq-raw.json":    {sourceEventBridge, "mq:Topic:SendMessage"},
	"eventbridge-dts-array.json":              {sourceEventBridge, "dts:ConsumeMessage"},
	"eventbridge-dts-raw.json":                {sourceEventBridge, "dts:ConsumeMessage"},
	"eventbridge-ebs.json":                    {sourceEventBridge, "ebs:Disk:DiskBPSExceedDiskMaxLimit"},
	"eventbridge-kafka-array-of-strings.json": {sourceEventBridge, "alikafka:Topic:Message"},
	"eventbridge-kafka-array.json":            {sourceEventBridge, "alikafka:Topic:Message"},
	"eventbridge-kafka-raw.json":              {sourceEventBridge, "alikafka:Topic:Message"},
	"eventbridge-mns-queue-array.json":        {sourceEventBridge, "mns:Queue:SendMessage"},
	"eventbridge-mns-queue-raw.json":          {sourceEventBridge, "mns:Queue:SendMessage"},
	"eventbridge-mns-queue-single.json":       {sourceEventBridge, "mns:Queue:SendMessage"},
	"eventbridge-mqtt-raw.json":               {sourceEventBridge, "mqtt:Topic:Message"},
	"eventbridge-oss.json":                    {sourceEventBridge, "oss:ObjectCreated:PostObject"},
	"eventbridge-rabbitmq-array.json":         {sourceEventBridge, "amqp:Queue:SendMessage"},
	"eventbridge-rabbitmq-raw.json":           {sourceEventBridge, "amqp:Queue:SendMessage"},
	"eventbridge-rabbitmq-single.json":        {sourceEventBridge, "amqp:Queue:SendMessage"},
	"eventbridge-rocketmq-array.json":         {sourceEventBridge, "mq:Topic:SendMessage"},
	"eventbridge-rocketmq-raw.json":           {sourceEventBridge, "mq:Topic:SendMessage"},
	"eventbridge-rocketmq-single.json":        {sourceEventBridge, "mq:Topic:SendMessage"},
	"http-invokefunction.json":                {sourceHTTP, ""}, // not a CloudEvent
	"http-params-request.json":                {sourceGeneric, ""},
	"http-params-response.json":               {sourceGeneric, ""},
	"http-response.json":                      {sourceGeneric, ""}, // an answer
	"http.json":                               {sourceHTTP, ""},
	"mns-topic-json-attributes.json":          {sourceMNS, "mns:Topic:PublishMessage"},
	"mns-topic-json.json":                     {sourceMNS, "mns:Topic:PublishMessage"},
	"mns-topic-stream-attributes.json":        {sourceMNSStream, "mns:Topic:PublishMessage"},
	"mns-topic-stream-bare.txt":               {sourceGeneric, ""}, // only with SENDBRIDGE_TRIGGER=mns-stream
	"mns-topic-stream-quoted.json":            {sourceGeneric, ""},
	"oss-older.json":                          {sourceOSS, "oss:ObjectCreated:PutObject"},
	"oss.json":                                {sourceOSS, "oss:ObjectCreated:PutObject"},
	"sls.json":                                {sourceSLS, "sls:Logstore:ShardRange"},
	"tablestore.cbor.base64":                  {sourceTablestore, "ots:Stream:PutRow"},
	"tablestore.json":                         {sourceTablestore, "ots:Stream:PutRow"},
	"timer.json":                              {sourceTimer, "fc:Timer:Triggered"},
}

func TestReferenceSamples(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "reference", "fc-events")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Skipf("NOT RUN: the reference's samples do not lie beside this checkout: %v", err)
	}
	table := newTable(nil)
	for _, file := range files {
		want, listed := referenceSamples[file.Name()]
		if !listed {
			t.Errorf("%s is not in the table", file.Name())
			continue
		}
		payload, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file.Name(), ".base64") {
			if payload, err = base64.StdEncoding.DecodeString(strings.TrimSpace(string(payload))); err != nil {
				t.Fatal(err)
			}
		}
		s := table.Of(payload)
		records, err := s.Decode(payload, coretest.Invocation)
		got := ""
		if err == nil && len(records) > 0 && records[0].Err == nil {
			got = records[0].Event.Type()
		}
		if s.Name != want[0] || got != want[1] {
			t.Errorf("%s goes to %s as %q, want %s as %q (%v)", file.Name(), s.Name, got, want[0], want[1], err)
		}
	}
}
