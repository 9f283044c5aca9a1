package functions_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"sendbridge/core/onstest"
)

// A refusal is an error of STS and what its report must contain.
type refusal struct {
	status int
	code   string
	class  string
	want   string
}

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJmb3J3YXJkZXIifQ.c2lnbmF0dXJlLW9mLW91cnM"

// ofAssumeRole are errors that a key may get.
var ofAssumeRole = []refusal{
	{404, "EntityNotExist.Role", "credential", "ALIBABA_CLOUD_ROLE_ARN"},
	{403, "NoPermission", "credential", "trust policy names the caller as principal"},
	{403, "ImplicitDeny", "credential", "trust policy names the caller as principal"},
	{404, "InvalidAccessKeyId.NotFound", "credential", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
	{400, "InvalidAccessKeyId.Inactive", "credential", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
	{403, "Forbidden.AccessKeyDisabled", "credential", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
	{400, "SignatureDoesNotMatch", "credential", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
	{400, "IncompleteSignature", "credential", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
	{400, "InvalidSecurityToken.Expired", "credential", "credentials in the environment are not renewed"},
	{400, "InvalidTimeStamp.Expired", "credential", "15 minutes"},
	{400, "InvalidParameter.DurationSeconds", "credential", "maximum session duration"},
	{400, "InvalidParameter.RoleSessionName", "credential", "session name"},
	{400, "Throttling.User", "throttled", "how many instances start at the same time"},
	{503, "ServiceUnavailable", "transient", "request id"},
	{500, "InternalError", "transient", "request id"},
}

// ofOIDC are errors that a token may get.
var ofOIDC = []refusal{
	{400, "AuthenticationFail.OIDCToken.AudienceNotMatchError", "credential", "SENDBRIDGE_OIDC_AUDIENCE"},
	{400, "AuthenticationFail.OIDCToken.IssuerNotMatch", "credential", "issuer URL in RAM"},
	{400, "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch", "credential", "CA fingerprints"},
	{400, "AuthenticationFail.OIDCToken.Expired", "credential", "issuance limit time"},
	{400, "AuthenticationFail.OIDCToken.Invalid", "credential", "issuer"},
	{403, "AuthenticationFail.NoPermission", "credential", "oidc:sub"},
	{404, "EntityNotExist.OIDCProvider", "credential", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"},
	{404, "EntityNotExist.Role", "credential", "ALIBABA_CLOUD_ROLE_ARN"},
	{503, "ServiceUnavailable", "transient", "request id"},
}

// refuses answers like STS, with a message that contains all secrets it was sent, which the report must not contain.
func (r refusal) refuses(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	heard := secretsSent.FindAllString(fmt.Sprint(request.Header, " ", string(body)), -1)
	w.WriteHeader(r.status)
	fmt.Fprintf(w, `{"Code":%q,"Message":%q,"RequestId":"R-STS-1"}`, r.code, fmt.Sprint(len(heard), " heard: ", strings.Join(heard, " ")))
}

// Each error of STS has the same text in the log, in an answer and for a runtime.
func TestSTSErrorsAreReportedAlikeEverywhere(t *testing.T) {
	oidc := []string{"SENDBRIDGE_CREDENTIALS=oidc_role_arn", "ALIBABA_CLOUD_OIDC_TOKEN=" + jwt, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN=" + onstest.OIDCProvider{Name: "aws"}.ARN()}
	for action, refusals := range map[string][]refusal{"AssumeRole": ofAssumeRole, "AssumeRoleWithOIDC": ofOIDC} {
		var settings []string
		if action == "AssumeRoleWithOIDC" {
			settings = oidc
		}
		for _, r := range refusals {
			t.Run(action+"/"+r.code, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { r.isReported(t, action, settings) })
			})
		}
	}
}

func (r refusal) isReported(t *testing.T, action string, settings []string) {
	t.Helper()
	a := newAssumed(t, append(slices.Clone(settings), "SENDBRIDGE_TIMEOUT=250ms")...)
	a.inSTS = r.refuses
	a.reportedEverywhere(t, fmt.Sprintf("Alibaba Cloud rejected sts:%s with %s: ", action, r.code), "1 heard: ", fmt.Sprintf("(status %d, request R-STS-1)", r.status), "; check: ", r.want)
	if !strings.Contains(a.log.String(), `"class":"`+r.class+`"`) || a.sends.Load() != 0 {
		t.Errorf("%d sends, class %s wanted in %s", a.sends.Load(), r.class, a.log.String())
	}
}

// reportedEverywhere sends an event to each ingress and checks that all three reports have the same text, without a secret.
func (a *assumed) reportedEverywhere(t *testing.T, wants ...string) {
	t.Helper()
	detail := a.post(t, "1")
	if logged := a.logged(t); detail != logged {
		t.Errorf("answer %q, log %q", detail, logged)
	}
	err := a.invoke(t, "2")
	if err == nil {
		t.Fatal("no error to a runtime")
	}
	if logged := a.logged(t); err.Error() != logged {
		t.Errorf("to a runtime %q, in the log %q", err, logged)
	}
	for _, want := range wants {
		if !strings.Contains(detail, want) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q\nand %q\nwant %q", detail, err, want)
		}
	}
	a.hidesSecrets(t, detail+err.Error())
}
