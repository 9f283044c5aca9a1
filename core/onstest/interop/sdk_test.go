// Package interop runs the official SDKs against the emulator, and compares this project's client with what they send. It
// is a separate module, because one of the SDKs is a download of 42 MB. The SDKs have races when they are used, or even
// built, concurrently, so nothing here runs in parallel.
package interop

import (
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkv1 "github.com/aliyun/alibaba-cloud-sdk-go/services/onsmqtt"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// A sender sends one message with one of the clients and returns the MsgId.
type sender func(topic, payload string) (msgID string, err error)

// official is an SDK with a function that builds a sender to host:port.
type official struct {
	name string
	dial func(tb testing.TB, host string, c onsmqtt.Credentials) sender
}

var (
	darabonba        = official{"darabonba", dialV3}
	alibabaCloudSDK  = official{"alibaba-cloud-sdk-go", dialV1}
	plainCredentials = onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret}
	stsCredentials   = onsmqtt.Credentials{
		AccessKeyID: onstest.STSKeyID, AccessKeySecret: onstest.STSKeySecret, SecurityToken: onstest.STSToken,
	}
)

// dialV3 calls the SDK's core like the generated onsmqtt client, whose own module the Go proxy does not serve.
func dialV3(tb testing.TB, host string, c onsmqtt.Credentials) sender {
	tb.Helper()
	config := &openapiutil.Config{
		AccessKeyId: &c.AccessKeyID, AccessKeySecret: &c.AccessKeySecret,
		Endpoint: &host, Protocol: new("http"),
	}
	if c.SecurityToken != "" {
		config.SecurityToken = &c.SecurityToken
	}
	client, err := openapi.NewClient(config)
	if err != nil {
		tb.Fatal(err)
	}
	params := &openapiutil.Params{
		Action: new("SendMessage"), Version: new("2020-04-20"), Protocol: new("HTTP"),
		Pathname: new("/"), Method: new("POST"), AuthType: new("AK"),
		Style: new("RPC"), ReqBodyType: new("formData"), BodyType: new("json"),
	}
	return func(topic, payload string) (string, error) {
		instance := onstest.Instance
		result, err := client.CallApi(params, &openapiutil.OpenApiRequest{Query: map[string]*string{
			"InstanceId": &instance, "MqttTopic": &topic, "Payload": &payload,
		}}, &dara.RuntimeOptions{})
		if err != nil {
			return "", err
		}
		body, _ := result["body"].(map[string]any)
		msgID, _ := body["MsgId"].(string)
		return msgID, nil
	}
}

func dialV1(tb testing.TB, host string, c onsmqtt.Credentials) sender {
	tb.Helper()
	client, err := sdkv1.NewClientWithOptions("cn-hangzhou", sdk.NewConfig(), sdkv1Credential(c))
	if err != nil {
		tb.Fatal(err)
	}
	return func(topic, payload string) (string, error) {
		request := sdkv1.CreateSendMessageRequest()
		request.Domain, request.Scheme = host, "http"
		request.InstanceId, request.MqttTopic, request.Payload = onstest.Instance, topic, payload
		response, err := client.SendMessage(request)
		if err != nil {
			return "", err
		}
		return response.MsgId, nil
	}
}

func sdkv1Credential(c onsmqtt.Credentials) auth.Credential {
	if c.SecurityToken == "" {
		return credentials.NewAccessKeyCredential(c.AccessKeyID, c.AccessKeySecret)
	}
	return credentials.NewStsTokenCredential(c.AccessKeyID, c.AccessKeySecret, c.SecurityToken)
}
