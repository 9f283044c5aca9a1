package interop

import (
	"errors"
	"strings"
	"testing"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// Alibaba's V1 SDK compares the string that it signed with the one in the emulator's answer, and so distinguishes a wrong
// secret from a fault of its own. Its advice replaces the answer's link, which other codes keep.
func TestTheOfficialSDKGivesItsOwnAdvice(t *testing.T) {
	wrong := onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: "wrong"}
	for name, payload := range map[string]string{"short": "a b/é", "long": strings.Repeat("0123456789 é", 1000)} {
		host, _ := serve(t, nil)
		_, err := dialV1(t, host, wrong)("TopicA/sub", payload)
		var refused *sdkerrors.ServerError
		if !errors.As(err, &refused) || refused.Recommend() != "InvalidAccessKeySecret: Please check you AccessKeySecret" {
			t.Errorf("%s: advice of %.300v", name, err)
		}
	}
	host, h := serve(t, nil)
	if err := h.Fail(onstest.Fault{Code: "NoPermission"}); err != nil {
		t.Fatal(err)
	}
	_, err := dialV1(t, host, stsCredentials)("TopicA/sub", "x")
	var refused *sdkerrors.ServerError
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	link := "https://api.aliyun.com/troubleshoot?q=NoPermission&product=OnsMqtt&requestId=" + refused.RequestId()
	if refused.Recommend() != link || refused.RespHeaders["X-Acs-Request-Id"][0] != refused.RequestId() ||
		refused.AccessDeniedDetail()["AuthPrincipalType"] != "AssumedRoleUser" {
		t.Errorf("%v", err)
	}
}
