package awslambda

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/core/coretest"
)

// nearMisses share names with the envelopes of each source, but are not envelopes. They are generic, whatever the settings
// say.
var nearMisses = map[string][]string{
	sourceNothing:     {`{"Records":[],"of":"vinyl"}`, `{"Event":"s3"}`, `{"Event":"s3:TestEvent"}`, `{"Records":{}}`},
	sourcePipes:       {`{"eventSource":"kinesis"}`},
	sourceCloudEvent:  {`{"id":"1","source":"/s","type":"t"}`, `{"specversion":"1.0","id":"1","source":"/s"}`},
	sourceS3:          {`{"Records":[{"s3":{"bucket":{}}}]}`, `{"Records":[{"eventSource":"s3"}]}`, `{"Records":[{"eventSource":"aws:s3"}]}`},
	sourceSQS:         {`{"Records":[{"messageId":"1","body":"b"}]}`, `{"records":[{"eventSource":"aws:sqs"}]}`, `{"Records":[{"eventSource":"aws:sqs"}]}`, `{"Records":[{"eventSource":"aws:sqs","messageId":1,"body":"b"}]}`, `{"Records":"aws:sqs"}`},
	sourceSNS:         {`{"Records":[{"Sns":{"Message":"m"}}]}`, `{"Type":"Notification","Message":"m"}`, `{"Records":[{"EventSource":"aws:sns","Sns":"m"}]}`},
	sourceKinesis:     {`{"Records":[{"kinesis":{"data":""}}]}`, `{"window":{"start":1},"state":"open"}`, `{"window":{},"isFinalInvokeForWindow":true}`, `{"window":{"start":"a","end":"b"},"Records":[]}`, `{"Records":[{"eventSource":"aws:kinesis","kinesis":"k"}]}`},
	sourceDynamoDB:    {`{"Records":[{"dynamodb":{"Keys":{}}}]}`, `{"window":{},"isFinalInvokeForWindow":true,"eventSourceARN":"table"}`},
	sourceCodeCommit:  {`{"Records":[{"codecommit":{}}]}`},
	sourceSES:         {`{"Records":[{"ses":{"mail":{}}}]}`},
	sourceKafka:       {`{"eventSource":"kafka","records":{}}`, `{"eventSource":"aws:kafka"}`, `{"eventSource":"aws:kafka","records":[]}`, `{"topic":"t","partition":1,"offset":2}`},
	sourceActiveMQ:    {`{"eventSource":"mq","messages":[]}`, `{"eventSource":"aws:mq"}`},
	sourceRabbitMQ:    {`{"eventSource":"rmq","rmqMessagesByQueue":{}}`, `{"eventSource":"aws:rmq","messages":[]}`},
	sourceDocumentDB:  {`{"eventSource":"docdb","events":[]}`, `{"eventSource":"aws:docdb"}`},
	sourceLogs:        {`{"awslogs":{"data":7}}`, `{"awslogs":"data"}`},
	sourceEventBridge: {`{"detail-type":"x","source":"y"}`, `{"detail-type":7,"source":"y","detail":{}}`, `{"source":"y","detail":{}}`},
	sourceRefused: {
		`{"Name":"door","Details":{"open":true}}`, `{"Name":"door","Details":"open"}`, `{"sessionState":"up","bot":"b"}`, `{"sessionState":{},"bot":{"name":"b"}}`,
		`{"currentIntent":{},"bot":{}}`, `{"sendbridge":"hello"}`, `{"methodArn":"a"}`, `{"routeArn":"a"}`, `{"info":{"fieldName":"f"},"arguments":{}}`, `{"info":"i","arguments":[]}`,
		`{"username":"u","password":"p"}`, `{"username":"u","serverId":"s","protocol":"tcp"}`, `{"token":"t","serviceMetadata":{}}`, `{"Items":{},"InvocationMetadata":{}}`,
		`{"info":{"channel":{"path":"/a"}},"events":[]}`, `{"actionGroup":"g","agent":"a"}`, `{"widgetContext":"w"}`, `{"claimCertificateId":"c"}`, `{"applicationArn":"a","records":"r"}`,
		`{"deliveryStreamArn":"a"}`, `{"userPoolId":"u","triggerSource":"t"}`, `{"Step":1,"SecretId":"s","ClientRequestToken":"t"}`, `{"tasks":[],"invocationSchemaVersion":"1"}`,
		`{"RequestType":"Create","StackId":"s"}`, `{"invokingEvent":{},"resultToken":"t"}`, `{"CodePipeline.job":"j"}`, `{"DeploymentId":"d"}`, `{"connection-id":"c"}`,
		`{"signatureVerified":true,"protocols":["tls"]}`, `{"identityPoolId":"i","datasetRecords":[]}`, `{"getObjectContext":"c"}`, `{"requestContext":{"connectionId":"c"}}`,
		`{"Records":[{"cf":"x"}]}`, `{"typeName":"t","fieldName":"f","arguments":"a"}`, `{"authorizationToken":"t","requestContext":{}}`,
	},
	sourceDestination: {`{"requestContext":{"condition":"ok"},"requestPayload":{}}`, `{"requestContext":{"condition":"c","functionArn":"a"},"BatchInfo":7}`, `{"requestPayload":{}}`},
	sourceHTTP:        {`{"requestContext":{},"httpMethod":"GET"}`, `{"raw_path":"/"}`, `{"requestContext":{"http":{}},"version":"3.0"}`},
	sourceAlarm:       {`{"alarmArn":"a","alarmData":"d"}`, `{"alarmData":{}}`, `{"alarmArn":"a","alarmData":{}}`},
	sourceGeneric:     {`{"triggerTime":"noon","triggerName":"n","level":3}`, `{"body":"b","attrs":{"a":"b"}}`, `{"Version":"2","Records":{"a":1}}`, `{"Version":"2","Records":[{"a":1}]}`, `7`, `"text"`, `{}`, `text`},
}

func TestNearMisses(t *testing.T) {
	stated := SourceOptions{Trigger: sourceGeneric, Type: "t", Source: "/s"}
	for name, table := range map[string]trigger.Table{"without settings": newTable(nil), "as generic": newTable(&stated)} {
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
	}
}

// If the settings call a near miss generic, it is one event with the payload unchanged.
func TestGenericPayloadsStayUnchanged(t *testing.T) {
	table := newTable(&SourceOptions{Trigger: sourceGeneric, Type: "t", Source: "/s"})
	for _, payload := range slices.Concat(nearMisses[sourceRefused], nearMisses[sourceGeneric]) {
		records, err := table.Of([]byte(payload)).Decode([]byte(payload), coretest.Invocation)
		if err != nil || len(records) != 1 || records[0].Err != nil || string(records[0].Event.Data()) != payload {
			t.Errorf("%s: %v, %d records", payload, err, len(records))
		}
	}
}

// A payload whose caller waits may contain a password, so no part of it is shown, kept or sent, in any envelope.
func TestRefusedPayloadsAreNotShown(t *testing.T) {
	const payload = `{"username":"alice","password":"hunter2","protocol":"SFTP","serverId":"s-1","sourceIp":"192.0.2.1"}`
	message := func(body string) string {
		return fmt.Sprintf(`{"Records":[{"messageId":"1","body":%q,"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:x:1:q"}]}`, body)
	}
	failed := `{"requestContext":{"requestId":"1","functionArn":"arn:aws:lambda:x:1:function:f","condition":"RetriesExhausted"},"requestPayload":` + payload + `}`
	for _, o := range []*SourceOptions{nil, {Trigger: sourceGeneric, Type: "t"}} {
		for _, text := range []string{
			payload, "[" + payload + "]", message(payload), failed, message(failed), message(`{"Type":"Notification","TopicArn":"a","MessageId":"n","Message":` + strconv.Quote(payload) + `}`),
			`{"detail-type":"x","source":"lambda","id":"1","detail":` + failed + `}`,
			`{"Records":[{"EventSource":"aws:sns","Sns":{"MessageId":"n","TopicArn":"a","Message":` + strconv.Quote(payload) + `}}]}`,
		} {
			row := newTable(o).Of([]byte(text))
			records, err := row.Decode([]byte(text), coretest.Invocation)
			if err == nil && len(records) == 1 && records[0].SenderWaits && records[0].Raw == nil {
				err = records[0].Err
			} else if !row.Waits {
				t.Errorf("%s may be kept", text)
			}
			if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "alice") || !strings.Contains(err.Error(), "Transfer Family") {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

// A question to the function is a message when it comes in one.
func TestAQuestionInAMessageIsAMessage(t *testing.T) {
	const text = `{"Records":[{"messageId":"1","body":"{\"sendbridge\":\"doctor\"}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:x:1:q"}]}`
	records, err := newTable(nil).Of([]byte(text)).Decode([]byte(text), coretest.Invocation)
	if err != nil || len(records) != 1 || records[0].Err != nil || records[0].Event.Type() != "com.amazonaws.sqs.message" {
		t.Errorf("%+v, %v", records, err)
	}
}
