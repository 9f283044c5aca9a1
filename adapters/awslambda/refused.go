package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceRefused = "refused"

// A refusal is a trigger that needs an answer that only its own function can give, such as an authorizer's.
type refusal struct {
	what string
	keys []string // an object that has them all is its payload; those of objects in it have a dot
	do   string
}

// refusals are asked in this order.
var refusals = [...]refusal{
	{"a question to the function itself", []string{"sendbridge"}, "invoke the function itself with it: it is no event"},
	{"a Firehose transformation", []string{"deliveryStreamArn", "records"}, "let the stream deliver to a destination that makes events, such as S3 or a queue"},
	{"a Kinesis Analytics output", []string{"applicationArn", "records"}, "let the application write to a stream or a queue"},
	{"an API Gateway authorizer", []string{"methodArn"}, "use a function of its own for it"},
	{"an API Gateway authorizer", []string{"routeArn"}, "use a function of its own for it"},
	{"an AppSync authorizer", []string{"authorizationToken", "requestContext"}, "use a function of its own for it"},
	{"an API Gateway WebSocket", []string{"requestContext.connectionId"}, "use a REST or HTTP API, or a function URL"},
	{"a Cognito user pool trigger", []string{"userPoolId", "triggerSource"}, "use a function of its own, which returns the event: else nobody can sign in"},
	{"a Cognito Sync trigger", []string{"identityPoolId", "datasetRecords"}, "use a function of its own, which returns the event"},
	{"an AppSync resolver", []string{"typeName", "fieldName", "arguments"}, "use a function of its own for it"},
	{"an AppSync resolver", []string{"info", "arguments"}, "use a function of its own for it"},
	{"an S3 Batch Operations job", []string{"invocationSchemaVersion", "tasks"}, "use a function that answers each task"},
	{"an S3 Object Lambda request", []string{"getObjectContext", "xAmzRequestId"}, "use a function of its own for it"},
	{"an S3 Object Lambda request", []string{"headObjectContext", "xAmzRequestId"}, "use a function of its own for it"},
	{"an S3 Object Lambda request", []string{"listObjectsContext", "xAmzRequestId"}, "use a function of its own for it"},
	{"an S3 Object Lambda request", []string{"listObjectsV2Context", "xAmzRequestId"}, "use a function of its own for it"},
	{"a Secrets Manager rotation", []string{"Step", "SecretId", "ClientRequestToken"}, "use a function that rotates the secret"},
	{"a CloudFormation custom resource", []string{"RequestType", "ResponseURL", "StackId"}, "use a function that answers at ResponseURL: the stack waits for it"},
	{"an AWS Config rule", []string{"invokingEvent", "resultToken"}, "use a function that puts the evaluations"},
	{"a CodePipeline job", []string{"CodePipeline.job"}, "use a function that reports the job's result"},
	{"a CodeDeploy hook", []string{"DeploymentId", "LifecycleEventHookExecutionId"}, "use a function that reports the hook's status"},
	{"a Lex bot", []string{"currentIntent", "bot"}, "use a function that talks to the bot"},
	{"a Lex bot", []string{"sessionState", "bot"}, "use a function that talks to the bot"},
	{"an Amazon Connect flow", []string{"Name", "Details"}, "use a function that answers the flow"},
	{"a Bedrock agent", []string{"actionGroup", "agent"}, "use a function that answers the agent"},
	{"an IoT custom authorizer", []string{"signatureVerified", "protocols"}, "use a function of its own for it"},
	{"an IoT pre-provisioning hook", []string{"claimCertificateId"}, "use a function of its own for it"},
	{"a Client VPN connect handler", []string{"connection-id", "endpoint-id"}, "use a function of its own for it"},
	{"a CloudWatch dashboard widget", []string{"widgetContext"}, "use a function that draws the widget"},
}

var cloudFront = refusal{what: "a CloudFront request (Lambda@Edge)", do: "use a function of its own for it"}

func refusalOf(m draft.Members) *refusal {
	for i := range refusals {
		if r := &refusals[i]; r.is(m) {
			return r
		}
	}
	return nil
}

func (r *refusal) is(m draft.Members) bool {
	for _, key := range r.keys {
		if m.Have(key) {
			continue // CodePipeline's has a dot in it
		}
		outer, inner, nested := strings.Cut(key, ".")
		if v, ok := m[outer]; !ok || nested && !v.Get(inner).Exists() {
			return false
		}
	}
	return true
}

// isRefused asks for CloudFront's records, too.
func isRefused(p *trigger.Payload) bool {
	return refusalOf(p.Members) != nil || p.Members["Records"].Get("0.cf").Exists()
}

func refused(payload []byte, _ core.Invocation) ([]core.Record, error) {
	r := refusalOf(draft.MembersOf(gjson.ParseBytes(payload)))
	if r == nil {
		r = &cloudFront
	}
	return nil, fault.New(fault.CodeNoSource, fault.ActorYou, "this is %s, which no bridge can answer: %s", r.what, r.do)
}
