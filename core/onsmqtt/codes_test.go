package onsmqtt

import (
	"slices"
	"strings"
	"testing"

	"sendbridge/core/fault"
)

// TestTable contains every code that Alibaba Cloud documents for the call, with class, retry and actor, codes that depend
// on the order of rows, and codes that only a prefix matches.
func TestTable(t *testing.T) {
	tests := []struct{ code, class, retry, actor string }{
		{"CheckAccountInfoFailed", "credential", "refresh-backoff", "you"},
		{"InstancePermissionCheckFailed", "permission", "no", "role"},
		{"PermissionCheckFailed", "permission", "no", "role"},
		{"ParameterCheckFailed", "message", "no", "sender"},
		{"InvalidParameter.MqttTopic", "message", "no", "sender"},
		{"InvalidParameter.Payload.Size", "message", "no", "sender"},
		{"ApiNotSupport", "unsupported", "no", "you"},
		{"SystemOverFlow", "throttled", "backoff", "alibaba"},
		{"SendMessageFailed", "transient", "backoff", "alibaba"},
		{"InternalError", "transient", "backoff", "alibaba"},

		{"InvalidSecurityToken.Expired", "credential", "refresh", "you"},
		{"InvalidSecurityToken.Malformed", "credential", "refresh", "you"},
		{"InvalidSecurityToken.MismatchWithAccessKey", "credential", "refresh", "you"},
		{"InvalidSecurityToken.New", "credential", "refresh", "you"},
		{"MissingSecurityToken", "credential", "no", "you"},
		{"InvalidAccessKeyId.NotFound", "credential", "refresh", "you"},
		{"InvalidAccessKeyId.Inactive", "credential", "no", "role"},
		{"InvalidAccessKeyId.New", "credential", "refresh", "you"},
		{"Forbidden.AccessKeyDisabled", "credential", "no", "role"},
		{"SignatureDoesNotMatch", "credential", "refresh", "you"},
		{"IncompleteSignature", "credential", "refresh", "you"},
		{"SignatureNonceUsed", "transient", "now", "you"},
		{"InvalidTimeStamp.Expired", "clock", "no", "you"},
		{"InvalidTimeStamp.Format", "clock", "no", "you"},
		{"InvalidTimeStamp.New", "clock", "no", "you"},
		{"IllegalTimestamp", "clock", "no", "you"},

		{"NoPermission", "permission", "no", "role"},
		{"Forbidden.RAM", "permission", "no", "role"},
		{"Forbidden", "permission", "no", "role"},
		{"Forbidden.New", "permission", "no", "role"},
		{"ImplicitDeny", "permission", "no", "role"},
		{"Forbidden.RiskControl", "permission", "no", "you"},
		{"InsufficientBalance", "permission", "no", "you"},
		{"UserOverdue", "permission", "no", "you"},

		{"Throttling", "throttled", "backoff", "you"},
		{"Throttling.User", "throttled", "backoff", "you"},
		{"Throttling.Api", "throttled", "backoff", "you"},
		{"Throttling.New", "throttled", "backoff", "you"},
		{"ThrottlingNew", "throttled", "backoff", "you"},

		{"MissingMqttTopic", "message", "no", "sender"},
		{"InvalidMqttTopic", "message", "no", "sender"},
		{"InvalidMqttTopic.Malformed", "message", "no", "sender"},
		{"InvalidPayload", "message", "no", "sender"},
		{"MissingPayload", "message", "no", "sender"},
		{"InvalidPayloadSignature", "unknown", "backoff", "you"},
		{"MissingParameter", "unknown", "backoff", "you"},
		{"InvalidParameter", "unknown", "backoff", "you"},
		{"InvalidParameterNew", "unknown", "backoff", "you"},
		{"InvalidParameter.SecurityToken", "unknown", "backoff", "you"},
		{"InvalidNew", "unknown", "backoff", "you"},
		{"MissingNew.Thing", "unknown", "backoff", "you"},
		{"Invalid", "unknown", "backoff", "you"},
		{"UnsupportedParameter", "unsupported", "no", "you"},

		// Without the part after the dot, as some gateways send them.
		{"InvalidAccessKeyId", "credential", "refresh", "you"},
		{"InvalidSecurityToken", "credential", "refresh", "you"},
		{"InvalidSignature", "credential", "refresh", "you"},
		{"InvalidSignatureMethod", "unsupported", "no", "you"},
		{"InvalidTimestamp", "clock", "no", "you"},
		{"InvalidTimestamp.Expired", "clock", "no", "you"},
		{"InvalidTimeStamp", "clock", "no", "you"},
		{"InvalidAction", "unsupported", "no", "you"},
		{"InvalidAction.New", "unsupported", "no", "you"},
		{"InvalidRegionId", "unsupported", "no", "you"},
		{"InvalidInstanceId", "permission", "no", "you"},
		{"InvalidInstanceId.NotFound", "permission", "no", "you"},
		{"MissingInstanceId", "permission", "no", "you"},
		{"MissingSignature", "credential", "refresh", "you"},
		{"MissingAccessKeyId", "credential", "refresh", "you"},

		{"InvalidApi.NotFound", "unsupported", "no", "you"},
		{"InvalidAction.NotFound", "unsupported", "no", "you"},
		{"InvalidVersion", "unsupported", "no", "you"},
		{"InvalidProduct.NotFound", "unsupported", "no", "you"},
		{"UnsupportedHTTPMethod", "unsupported", "no", "you"},
		{"InvalidProtocol.NeedSsl", "unsupported", "no", "you"},
		{"ContentLengthDoesNotMatch", "unsupported", "no", "you"},

		{"ServiceUnavailable", "transient", "backoff", "alibaba"},
		{"UnknownError", "transient", "backoff", "alibaba"},
		{"HTTP413", "unsupported", "no", "you"},
		{"HTTP414", "unsupported", "no", "you"},
		{"HTTP599", "transient", "backoff", "alibaba"},
		{"HTTP302", "unknown", "backoff", "you"},
		{"Timeout", "transient", "backoff", "you"},
		{"DNS", "transient", "backoff", "you"},
		{"TLS", "transient", "backoff", "you"},
		{"ConnectionReset", "transient", "backoff", "you"},
		{"NoMsgId", "transient", "backoff", "you"},
		{"Something.Else", "unknown", "backoff", "you"},
		{"internalerror", "unknown", "backoff", "you"},
		{"", "unknown", "backoff", "you"},
	}
	for _, tt := range tests {
		e := &Error{Code: tt.code}
		if fault.Of(e).Class != tt.class || fault.Of(e).Retry != tt.retry || fault.Of(e).Actor != tt.actor {
			t.Errorf("%q is %s, %s, %s; want %s, %s, %s", tt.code, fault.Of(e).Class, fault.Of(e).Retry, fault.Of(e).Actor, tt.class, tt.retry, tt.actor)
		}
	}
	for _, c := range Codes() {
		if !slices.ContainsFunc(tests, func(tt struct{ code, class, retry, actor string }) bool { return find(tt.code) == c }) && c.Status != 0 {
			t.Errorf("no case for %s", c.Name)
		}
	}
}

func TestTableIsWhole(t *testing.T) {
	classes := []string{"message", "throttled", "transient", "credential", "permission", "clock", "unsupported", "unknown"}
	retries := []string{"no", "backoff", "now", "refresh", "refresh-backoff"}
	actors := []string{"you", "role", "alibaba", "sender"}
	type key struct {
		name   string
		prefix bool
	}
	names := map[key]bool{}
	for _, c := range append(Codes(), unknownCode) {
		if names[key{c.Name, c.Prefix}] {
			t.Errorf("%s is there twice", c.Name)
		}
		names[key{c.Name, c.Prefix}] = true
		if !slices.Contains(classes, c.Class) || !slices.Contains(retries, c.Retry) || !slices.Contains(actors, c.Actor) {
			t.Errorf("%s: %s, %s, %s", c.Name, c.Class, c.Retry, c.Actor)
		}
		if len(c.Advice) < 20 || strings.HasSuffix(c.Advice, ".") != strings.HasSuffix(c.Advice, "STS.") || strings.Contains(c.Advice, "\n") {
			t.Errorf("%s: advice %q", c.Name, c.Advice)
		}
		if len(c.Meaning) < 10 || strings.HasSuffix(c.Meaning, ".") || strings.Contains(c.Meaning, "\n") {
			t.Errorf("%s: meaning %q", c.Name, c.Meaning)
		}
		if c.Class == fault.ClassMessage != (c.Actor == fault.ActorSender) {
			t.Errorf("%s: class %s must be fixed by %s", c.Name, c.Class, c.Actor)
		}
	}
	Codes()[0].Class = "changed"
	if Codes()[0].Class == "changed" {
		t.Error("a caller can change the table")
	}
}
