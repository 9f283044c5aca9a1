package credential

import (
	"strings"
	"testing"
)

// The API's own code decides, whatever STS says about the same credentials; where the code says little, STS does.
func TestTheFirstCauseByCodeAndSTS(t *testing.T) {
	const dead, unresolved, token, key, secret, unknown = "the key is no longer valid, STS refuses it too", "the role or user, or its policies,", "the token has ended or is not that of the key",
		"the key was deleted or disabled", "the secret is not the AccessKeyId's", "compare "
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
