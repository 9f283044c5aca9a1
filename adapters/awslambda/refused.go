package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceRefused = "refused"

// A refusal is a trigger that needs an answer which only its own function can give, such as an authorizer's.
type refusal struct {
	what  string
	shape trigger.Shape // the shape of its payload
	do    string
}

const ownFunction = "use a separate function for it"

// refusals are tried in this order.
var refusals = [...]refusal{
	{"a request for the function's own report", trigger.Shape{"sendbridge=doctor"}, "invoke the function itself with it, because it is not an event"},
	{"a Firehose transformation", trigger.Shape{"deliveryStreamArn:text", "records:list"}, "let the stream deliver to a destination that creates events, such as S3 or a queue"},
	{"a Kinesis Analytics output", trigger.Shape{"applicationArn:text", "records:list"}, "let the application write to a stream or a queue"},
	{"an API Gateway authorizer", trigger.Shape{"type:text", "methodArn:text"}, ownFunction},
	{"an API Gateway authorizer", trigger.Shape{"type:text", "routeArn:text"}, ownFunction},
	{"an AppSync authorizer", trigger.Shape{"authorizationToken:text", "requestContext.apiId:text"}, ownFunction},
	{"an API Gateway WebSocket", trigger.Shape{"requestContext.connectionId:text", "requestContext.eventType:text"}, "use a REST or HTTP API, or a function URL"},
	{"a Cognito user pool trigger", trigger.Shape{"userPoolId:text", "triggerSource:text", "request:object", "response:object"}, "use a separate function that returns the event, because otherwise nobody can sign in"},
	{"a Cognito Sync trigger", trigger.Shape{"identityPoolId:text", "datasetRecords:object"}, "use a separate function that returns the event"},
	{"an AppSync Events handler", trigger.Shape{"info.channel.path:text", "info.channelNamespace.name:text", "info.operation:text"}, "use a separate function that returns the events, or let an EventBridge rule or a queue invoke this one"},
	{"an AppSync resolver", trigger.Shape{"typeName:text", "fieldName:text", "arguments:object"}, ownFunction},
	{"an AppSync resolver", trigger.Shape{"info.fieldName:text", "info.parentTypeName:text", "arguments:object"}, ownFunction},
	{"a Transfer Family identity provider", trigger.Shape{"username:text", "serverId:text", "protocol:text", "sourceIp:text"}, "use a separate function for it, because it gets users' passwords"},
	{"a Transfer Family workflow step", trigger.Shape{"token:text", "serviceMetadata.executionDetails.workflowId:text"}, "use a function that reports the step's status, because the workflow waits for it"},
	{"an Amazon Connect campaign", trigger.Shape{"InvocationMetadata.CampaignContext:object", "Items:object"}, "use a function that answers for each of its items"},
	{"an S3 Batch Operations job", trigger.Shape{"invocationSchemaVersion:text", "invocationId:text", "tasks:list"}, "use a function that answers each task"},
	{"an S3 Object Lambda request", trigger.Shape{"getObjectContext:object", "xAmzRequestId:text"}, ownFunction},
	{"an S3 Object Lambda request", trigger.Shape{"headObjectContext:object", "xAmzRequestId:text"}, ownFunction},
	{"an S3 Object Lambda request", trigger.Shape{"listObjectsContext:object", "xAmzRequestId:text"}, ownFunction},
	{"an S3 Object Lambda request", trigger.Shape{"listObjectsV2Context:object", "xAmzRequestId:text"}, ownFunction},
	{"a Secrets Manager rotation", trigger.Shape{"Step:text", "SecretId:text", "ClientRequestToken:text"}, "use a function that rotates the secret"},
	{"a CloudFormation custom resource", trigger.Shape{"RequestType:text", "ResponseURL:text", "StackId:text"}, "use a function that answers at ResponseURL, because the stack waits for it"},
	{"an AWS Config rule", trigger.Shape{"invokingEvent:text", "resultToken:text"}, "use a function that puts the evaluations"},
	{"a CodePipeline job", trigger.Shape{"CodePipeline.job:object"}, "use a function that reports the job's result"},
	{"a CodeDeploy hook", trigger.Shape{"DeploymentId:text", "LifecycleEventHookExecutionId:text"}, "use a function that reports the hook's status"},
	{"a Lex bot", trigger.Shape{"currentIntent:object", "bot.name:text", "invocationSource:text"}, "use a function that talks to the bot"},
	{"a Lex bot", trigger.Shape{"sessionState:object", "bot.name:text", "invocationSource:text"}, "use a function that talks to the bot"},
	{"an Amazon Connect flow", trigger.Shape{"Name:text", "Details.ContactData.ContactId:text"}, "use a function that answers the flow"},
	{"a Bedrock agent", trigger.Shape{"messageVersion:text", "actionGroup:text", "agent.name:text"}, "use a function that answers the agent"},
	{"an IoT custom authorizer", trigger.Shape{"signatureVerified", "protocols:list", "protocolData:object"}, ownFunction},
	{"an IoT pre-provisioning hook", trigger.Shape{"claimCertificateId:text", "certificateId:text"}, ownFunction},
	{"a Client VPN connect handler", trigger.Shape{"connection-id:text", "endpoint-id:text"}, ownFunction},
	{"a CloudWatch dashboard widget", trigger.Shape{"widgetContext.dashboardName:text"}, "use a function that draws the widget"},
}

var cloudFront = refusal{what: "a CloudFront request (Lambda@Edge)", do: ownFunction}

func refusalOf(m draft.Members) *refusal {
	for i := range refusals {
		if r := &refusals[i]; r.shape.Fits(m) {
			return r
		}
	}
	return nil
}

// isRefused recognises CloudFront's records, too.
func isRefused(p *trigger.Payload) bool {
	return refusalOf(p.Members) != nil || p.Members["Records"].Get("0.cf.config").IsObject()
}

// isQuestion tells what a person asks the function itself. In a message it is only a message.
func isQuestion(payload []byte) bool {
	return refusals[0].shape.Fits(draft.MembersOf(gjson.ParseBytes(payload)))
}

func refused(payload []byte, _ core.Invocation) ([]core.Record, error) {
	r := refusalOf(draft.MembersOf(gjson.ParseBytes(payload)))
	if r == nil {
		r = &cloudFront
	}
	return nil, r.err()
}

// err contains no value of the payload, which may be a password.
func (r *refusal) err() error {
	return fault.New(fault.CodeNoSource, fault.ActorYou, "this is %s, which no bridge can answer: %s", r.what, r.do)
}
