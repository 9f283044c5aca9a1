package functions_test

import (
	"context"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"pgregory.net/rapid"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/awslambda"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/rules"
)

// failing is a Sender that returns one error for every message.
type failing struct{ err error }

func (f failing) SendMessage(context.Context, string, string) (core.Receipt, error) {
	return core.Receipt{}, f.err
}

// undoable are codes of faults that somebody can fix, of the account, the credentials, the clock and the settings, as the
// API and its gateway name them.
var undoable = []string{
	"InvalidAccessKeyId", "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive", "Forbidden.AccessKeyDisabled", "InvalidSecurityToken",
	"InvalidSecurityToken.Expired", "MissingSecurityToken", "InvalidSignature", "InvalidSignatureMethod", "MissingSignature", "MissingAccessKeyId",
	"SignatureDoesNotMatch", "InvalidTimestamp", "InvalidTimeStamp", "InvalidTimeStamp.Expired", "IllegalTimestamp", "InvalidAction", "InvalidAction.NotFound",
	"InvalidRegionId", "InvalidInstanceId", "InvalidVersion", "InvalidParameter", "InvalidParameter.InstanceId", "InvalidParameter.RegionId",
	"MissingParameter", "MissingInstanceId", "UnsupportedParameter", "InvalidFormat", "InvalidSignatureVersion", "MissingTimestamp", "NoPermission",
	"InsufficientBalance", "UserOverdue", "Forbidden.RiskControl", "CheckAccountInfoFailed", "InstancePermissionCheckFailed", "PermissionCheckFailed",
	"ApiNotSupport", "HTTP403", "HTTP413", "HTTP414", "InvalidUnknownCode", "MissingUnknownCode", "UnknownCode",
}

// A fault of the account, the credentials, the clock or the settings never loses an event: it stays with its trigger.
func TestFixableFaultsNeverDeadLetter(t *testing.T) {
	set, err := rules.TopicRule("a/b")
	if err != nil {
		t.Fatal(err)
	}
	invented := rapid.Map(rapid.StringMatching(`[A-Z][a-z]{2,8}(\.[A-Z][a-z]{2,8})?`), func(s string) string { return "Invalid" + s })
	rapid.Check(t, func(rt *rapid.T) {
		code := rapid.OneOf(rapid.SampledFrom(undoable), invented).Draw(rt, "code")
		if code == "InvalidPayload" {
			rt.Skip("the sender's")
		}
		kept := 0
		sink := func(context.Context, event.Event) error { kept++; return nil }
		b := bridge.New(failing{&onsmqtt.Error{Code: code, Message: "Specified value is not valid."}}, set, &bridge.Options{DeadLetter: sink})
		queue := string(inSQS([]byte(faultEvent("1"))))
		for way, invoke := range map[string]func() ([]byte, error){
			"lambda, a queue": func() ([]byte, error) { return awslambda.New(b.Deliver, nil).Invoke(rt.Context(), []byte(queue)) },
			"lambda, as it is": func() ([]byte, error) {
				return awslambda.New(b.Deliver, nil).Invoke(rt.Context(), []byte(faultEvent("2")))
			},
			"fc, as it is": func() ([]byte, error) { return alifc.New(b.Deliver, nil).Invoke(rt.Context(), []byte(faultEvent("3"))) },
		} {
			if _, err := invoke(); err == nil || kept != 0 {
				rt.Fatalf("%s by %s: %v, %d dead letters: the event would be gone", code, way, err, kept)
			}
		}
	})
}
