package functions_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules/rulestest"
)

// An object's key with blanks, slashes and non-ASCII letters is the same text in a rule for every ingress, and a topic can
// be made of it. If it cannot be used as it is, the error says how to convert it.
func TestKeysOfObjectsInTopics(t *testing.T) {
	const key, formKey = "fw/a b+c 工.bin", "fw/a+b%2Bc+%E5%B7%A5.bin"
	s3 := func(key string) string {
		return fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-01-31T12:00:00.000Z","eventName":"ObjectCreated:Put",`+
			`"responseElements":{"x-amz-request-id":"R1","x-amz-id-2":"I2"},"s3":{"bucket":{"name":"b","arn":"arn:aws:s3:::b"},"object":{"key":%q,"size":3,"sequencer":"1"}}}`, key)
	}
	oss := `{"eventName":"ObjectCreated:PutObject","eventSource":"acs:oss","eventTime":"2026-01-31T12:00:00.000Z","eventVersion":"1.0","region":"cn-hangzhou",` +
		`"responseElements":{"requestId":"65BA1"},"oss":{"bucket":{"name":"b","ownerIdentity":"1234567890123456"},"object":{"key":"` + key + `","size":3}}}`
	for name, c := range map[string]struct {
		via     func(context.Context, core.Deliverer, []byte) error
		payload string
		path    string
	}{
		"S3": {viaLambda, `{"Records":[` + s3(formKey) + `]}`, "$.data.s3.object.key"},
		"S3 by EventBridge": {viaLambda, `{"version":"0","id":"e-1","detail-type":"Object Created","source":"aws.s3","account":"123456789012","time":"2026-01-31T12:00:00Z","region":"eu-west-1",` +
			`"resources":["arn:aws:s3:::b"],"detail":{"version":"0","bucket":{"name":"b"},"object":{"key":"` + key + `","size":3}}}`, "$.data.object.key"},
		"OSS": {viaFC, `{"events":[` + oss + `]}`, "$.data.oss.object.key"},
		"OSS by EventBridge": {viaFC, `{"id":"e-1","source":"acs.oss","specversion":"1.0","type":"oss:ObjectCreated:PutObject","datacontenttype":"application/json;charset=utf-8",` +
			`"subject":"acs:oss:cn-hangzhou:1234567890123456:b","time":"2026-01-31T12:00:00Z","aliyuneventbusname":"default","data":` + oss + `}`, "$.data.oss.object.key"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, row := range []struct{ topic, want string }{
				{"slug", "up/fw-a-b-c-.bin"},
				{"hash", "up/d9fe7d12b6d7be0f"},
				{"", `'+' in "fw/a b+c 工.bin": a topic must be UTF-8 without + # % and control characters; ${slug:…} and ${hash:…} make a level of any text`},
			} {
				placeholder := c.path
				if row.topic != "" {
					placeholder = row.topic + ":" + placeholder
				}
				var sent recorder
				var failure error
				list := rulestest.Parse(t, "rules:\n- {topic: 'up/${"+placeholder+"}', payload: {constant: x}}")
				b := bridge.New(&sent, list, nil)
				c.via(t.Context(), func(ctx context.Context, records []core.Record) []core.Result {
					results := b.Deliver(ctx, records)
					failure = results[0].Err
					return results
				}, []byte(c.payload))
				if failure != nil {
					if !strings.Contains(failure.Error(), row.want) {
						t.Errorf("%s: %v", row.topic, failure)
					}
				} else if !slices.Equal(sent.messages, []string{row.want + " x"}) {
					t.Errorf("%s: sent %q, want %q", row.topic, sent.messages, row.want)
				}
			}
		})
	}
}
