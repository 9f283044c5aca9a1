package credential

import (
	"strings"
	"testing"
)

// The API's code decides, whatever STS says about the same credentials. If the code is general, STS decides.
func TestTheFirstCauseByCodeAndSTS(t *testing.T) {
	const dead, unresolved, token, key, secret, unknown = "the key is no longer valid, STS rejects it, too", "the role or user or its policies", "the token has expired or does not belong to the key",
		"the key was deleted or disabled", "the secret does not belong to the AccessKeyId", "compare "
	for code, want := range map[string]struct{ taken, refused string }{
		"CheckAccountInfoFailed":       {unresolved, dead},
		"InvalidSecurityToken.Expired": {token, token},
		"MissingSecurityToken":         {token, token},
		"InvalidAccessKeyId.NotFound":  {key, key},
		"Forbidden.AccessKeyDisabled":  {key, key},
		"SignatureDoesNotMatch":        {secret, secret},
		"IncompleteSignature":          {secret, secret},
		"SomethingNew":                 {unknown, dead},
	} {
		refused := newFault(KindSTS, "InvalidAccessKeyId.NotFound", "")
		refused.Cloud = alibabaCloud
		for says, d := range map[string]struct {
			diagnosis
			want string
		}{
			"takes":   {diagnosis{code: code, fixed: true}, want.taken},
			"refuses": {diagnosis{code: code, fixed: true, unknown: refused}, want.refused},
		} {
			if got := d.causes()[0]; !strings.HasPrefix(got, d.want) {
				t.Errorf("%s, and STS %s them: %q, want %q", code, says, got, d.want)
			}
		}
	}
}
