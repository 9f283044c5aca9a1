package awslambda

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/coretest"
)

// fixtures are the payloads of aws-lambda-go's own tests, read from the module cache: the source of each, and the number of
// its records or the reason why it is rejected.
var fixtures = map[string]string{
	"activemq-event.json":                                   "activemq: 1",
	"alb-lambda-target-request-headers-only.json":           "http: not a CloudEvent",
	"alb-lambda-target-request-multivalue-headers.json":     "http: not a CloudEvent",
	"alb-lambda-target-response.json":                       "generic: refused",
	"apigw-custom-auth-request-type-request.json":           "this is an API Gateway authorizer",
	"apigw-custom-auth-request.json":                        "this is an API Gateway authorizer",
	"apigw-custom-auth-response.json":                       "generic: refused",
	"apigw-request.json":                                    "http: not a CloudEvent",
	"apigw-response.json":                                   "generic: refused",
	"apigw-restapi-openapi-request.json":                    "http: not a CloudEvent",
	"apigw-v2-custom-authorizer-v1-request.json":            "this is an API Gateway authorizer",
	"apigw-v2-custom-authorizer-v2-request.json":            "this is an API Gateway authorizer",
	"apigw-v2-request-iam.json":                             "http: not a CloudEvent",
	"apigw-v2-request-jwt-authorizer.json":                  "http: not a CloudEvent",
	"apigw-v2-request-lambda-authorizer.json":               "http: not a CloudEvent",
	"apigw-v2-request-no-authorizer.json":                   "http: not a CloudEvent",
	"apigw-websocket-request-disconnect.json":               "this is an API Gateway WebSocket",
	"apigw-websocket-request-send-message.json":             "this is an API Gateway WebSocket",
	"apigw-websocket-request.json":                          "this is an API Gateway WebSocket",
	"appsync-identity-cognito.json":                         "generic: refused",
	"appsync-identity-iam.json":                             "generic: refused",
	"appsync-lambda-auth-request.json":                      "this is an AppSync authorizer",
	"appsync-lambda-auth-response.json":                     "generic: refused",
	"autoscaling-event-launch-successful.json":              "eventbridge: 1",
	"autoscaling-event-launch-unsuccessful.json":            "eventbridge: 1",
	"autoscaling-event-lifecycle-action.json":               "eventbridge: 1",
	"autoscaling-event-terminate-action.json":               "eventbridge: 1",
	"autoscaling-event-terminate-successful.json":           "eventbridge: 1",
	"autoscaling-event-terminate-unsuccessful.json":         "eventbridge: 1",
	"clientvpn-connectionhandler-request.json":              "this is a Client VPN connect handler",
	"cloudwatch-alarm-sns-payload-multiple-metrics.json":    "sns: 1",
	"cloudwatch-alarm-sns-payload-single-metric.json":       "sns: 1",
	"cloudwatch-logs-event.json":                            "logs: 1",
	"code-commit-event.json":                                "codecommit: 1",
	"codebuild-phase-change.json":                           "eventbridge: 1",
	"codebuild-state-change.json":                           "eventbridge: 1",
	"codedeploy-deployment-event.json":                      "eventbridge: 1",
	"codedeploy-instance-event.json":                        "eventbridge: 1",
	"codepipeline-action-execution-stage-change-event.json": "eventbridge: 1",
	"codepipeline-execution-stage-change-event.json":        "eventbridge: 1",
	"codepipeline-execution-state-change-event.json":        "eventbridge: 1",
	"codepipeline-job-event.json":                           "this is a CodePipeline job",
	"cognito-event-userpools-create-auth-challenge.json":    "this is a Cognito user pool trigger",
	"cognito-event-userpools-custommessage.json":            "this is a Cognito user pool trigger",
	"cognito-event-userpools-define-auth-challenge.json":    "this is a Cognito user pool trigger",
	"cognito-event-userpools-inbound-federation-oidc.json":  "this is a Cognito user pool trigger",
	"cognito-event-userpools-inbound-federation-saml.json":  "this is a Cognito user pool trigger",
	"cognito-event-userpools-migrateuser.json":              "this is a Cognito user pool trigger",
	"cognito-event-userpools-postauthentication.json":       "this is a Cognito user pool trigger",
	"cognito-event-userpools-postconfirmation.json":         "this is a Cognito user pool trigger",
	"cognito-event-userpools-preauthentication.json":        "this is a Cognito user pool trigger",
	"cognito-event-userpools-presignup.json":                "this is a Cognito user pool trigger",
	"cognito-event-userpools-pretokengen-v2.json":           "this is a Cognito user pool trigger",
	"cognito-event-userpools-pretokengen-v2_0.json":         "this is a Cognito user pool trigger",
	"cognito-event-userpools-pretokengen.json":              "this is a Cognito user pool trigger",
	"cognito-event-userpools-verify-auth-challenge.json":    "this is a Cognito user pool trigger",
	"cognito-event.json":                                    "this is a Cognito Sync trigger",
	"config-event.json":                                     "this is an AWS Config rule",
	"connect-event.json":                                    "this is an Amazon Connect flow",
	"dynamodb-event-malformed.2.json":                       "generic: refused",
	"dynamodb-event.json":                                   "dynamodb: 2",
	"dynamodb-time-window-event.json":                       "dynamodb: 3",
	"ecr-image-push-event.json":                             "eventbridge: 1",
	"ecr-image-scan-event.json":                             "eventbridge: 1",
	"ecs-container-instance-state-change.json":              "eventbridge: 1",
	"iot-1-click-event.json":                                "generic: refused",
	"iot-button-event.json":                                 "generic: refused",
	"iot-custom-auth-request.json":                          "this is an IoT custom authorizer",
	"iot-custom-auth-response.json":                         "generic: refused",
	"iot-preprovision-hook-request.json":                    "this is an IoT pre-provisioning hook",
	"iot-preprovision-hook-response.json":                   "generic: refused",
	"kafka-event.json":                                      "kafka: 1",
	"kinesis-analytics-output-delivery-event.json":          "this is a Kinesis Analytics output",
	"kinesis-analytics-output-delivery-response.json":       "generic: refused",
	"kinesis-event.json":                                    "kinesis: 2",
	"kinesis-firehose-event.json":                           "this is a Firehose transformation",
	"kinesis-firehose-response.json":                        "generic: refused",
	"kinesis-time-window-event.json":                        "kinesis: 1",
	"lambda-urls-request.json":                              "http: not a CloudEvent",
	"lambda-urls-response.json":                             "generic: refused",
	"lex-event.json":                                        "this is a Lex bot",
	"lex-response.json":                                     "generic: refused",
	"rabbitmq-event.json":                                   "rabbitmq: 1",
	"s3-batch-job-event-request-1.0.json":                   "this is an S3 Batch Operations job",
	"s3-batch-job-event-request-2.0.json":                   "this is an S3 Batch Operations job",
	"s3-batch-job-event-response.json":                      "generic: refused",
	"s3-event-with-decoded.json":                            "s3: 1",
	"s3-event.json":                                         "s3: 1",
	"s3-glacier-event.json":                                 "s3: 1",
	"s3-intelligenttier-event.json":                         "s3: 1",
	"s3-lifecycle-event.json":                               "s3: 1",
	"s3-object-lambda-event-get-object-assumed-role.json":   "this is an S3 Object Lambda request",
	"s3-object-lambda-event-get-object-iam.json":            "this is an S3 Object Lambda request",
	"s3-object-lambda-event-head-object-iam.json":           "this is an S3 Object Lambda request",
	"s3-object-lambda-event-list-objects-iam.json":          "this is an S3 Object Lambda request",
	"s3-object-lambda-event-list-objects-v2-iam.json":       "this is an S3 Object Lambda request",
	"s3-replication-event.json":                             "s3: 1",
	"s3-restore-event.json":                                 "s3: 1",
	"secretsmanager-secret-rotation-event.json":             "this is a Secrets Manager rotation",
	"ses-lambda-event.json":                                 "ses: 1",
	"ses-s3-event.json":                                     "ses: 1",
	"ses-sns-event.json":                                    "ses: 1",
	"sns-event.json":                                        "sns: 1",
	"sqs-event.json":                                        "sqs: 1",
}

func TestFixturesOfAWSLambdaGo(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "events", "testdata")
	files, readErr := os.ReadDir(dir)
	if err != nil || readErr != nil || len(files) < 90 {
		t.Fatalf("aws-lambda-go's fixtures are not in the module cache, which go mod download fills: %v, %v, %d files", err, readErr, len(files))
	}
	for _, file := range files {
		if file.IsDir() {
			continue
		}
		payload, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if got := became(payload); got != fixtures[file.Name()] {
			t.Errorf("%q: %q,", file.Name(), got)
		}
	}
}

// became describes in one line what a payload becomes.
func became(payload []byte) string {
	s := newTable(nil).Of(payload)
	records, err := s.Decode(payload, coretest.Invocation)
	switch failed := 0; {
	case err != nil && s.Name == sourceRefused:
		what, _, _ := strings.Cut(err.Error(), ", which")
		return what
	case err != nil && s.Name == sourceHTTP:
		return "http: " + strings.SplitN(err.Error(), ":", 2)[0]
	case err != nil:
		return s.Name + ": refused"
	default:
		for _, r := range records {
			if r.Err != nil {
				failed++
			}
		}
		if failed > 0 {
			return fmt.Sprintf("%s: %d records, %d undecodable", s.Name, len(records), failed)
		}
		return fmt.Sprintf("%s: %d", s.Name, len(records))
	}
}
