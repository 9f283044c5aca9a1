package credential

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

func (x *exchange) fault(code string) *Error {
	e := newFault(KindAWS, code, "")
	e.Step = getToken
	return e
}

// refused explains why AWS issued no token.
func (x *exchange) refused(ctx context.Context, err error) error {
	var answer smithy.APIError
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() == 0 { // the SDK returns a response even if there was no answer
		return unanswered(ctx, x.fault(fault.CodeSTSUnreachable), x.endpoint, err)
	}
	e := x.fault(fmt.Sprintf("HTTP%d", response.HTTPStatusCode()))
	e.Cloud, e.Status, e.RequestID = awsCloud, response.HTTPStatusCode(), word(response.ServiceRequestID())
	if errors.As(err, &answer) {
		e.Code = cmp.Or(word(answer.ErrorCode()), e.Code)
		e.Message = x.presentable(e.Code, answer.ErrorMessage())
	}
	switch {
	case strings.Contains(e.Code, "Throttl"), e.Code == "RequestLimitExceeded", e.Status == http.StatusTooManyRequests:
		e.Class, e.Advice = fault.ClassThrottled, "how many instances start at the same time"
	case e.Status >= http.StatusInternalServerError:
		e.Class, e.Advice = fault.ClassTransient, "nothing at first; if it persists, give AWS's support the request id"
	case e.Status == http.StatusOK:
		e.Code, e.Advice = fault.CodeCredentialsIncomplete, "what answers instead of AWS's STS"
	default:
		e.Retry = fault.RetryNo
		e.Actor, e.Advice = x.check(e.Code)
	}
	return e
}

// presentable returns the part of AWS's message that may be shown. A message about a signature repeats the signed request,
// which contains the session token, and does not help people.
func (x *exchange) presentable(code, message string) string {
	if strings.Contains(code, "Signature") {
		return ""
	}
	message, _, _ = strings.Cut(message, "eyJ") // every token starts with this
	keys := x.keys()
	return onsmqtt.Redact(message, onsmqtt.Credentials{AccessKeySecret: keys.SecretAccessKey, SecurityToken: keys.SessionToken})
}

// check returns who has to act on a code of AWS, and what to check.
func (x *exchange) check(code string) (actor, advice string) {
	switch code {
	case "OutboundWebIdentityFederationDisabledException":
		return fault.ActorRole, "that outbound federation is enabled in the AWS account: aws iam enable-outbound-web-identity-federation, once"
	case "AccessDenied", "AccessDeniedException":
		return fault.ActorRole, fmt.Sprintf("that the function role's IAM policy allows sts:GetWebIdentityToken, and that its conditions allow the audience %q, RS256 and %d seconds", x.audience, tokenSeconds)
	case durationEscalation:
		return fault.ActorYou, fmt.Sprintf("how long the function role's session lasts: it is shorter than a token of %d seconds", shortTokenSeconds)
	case "JWTPayloadSizeExceededException":
		return fault.ActorRole, "the tags of the function role: they make the token too large"
	case "RegionDisabledException":
		return fault.ActorRole, "that STS is active in the region for this AWS account"
	case "InvalidAction", "UnknownOperationException":
		return fault.ActorYou, "that AWS_REGION or AWS_ENDPOINT_URL_STS names a regional endpoint: the global one issues no tokens"
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "IncompleteSignature":
		return fault.ActorYou, "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, which the function role sets in Lambda, and this machine's clock"
	}
	return fault.ActorYou, fmt.Sprintf("the audience %q and the region", x.audience)
}
