package credential

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/fault"
)

const (
	aRole     = "acs:ram::1234567890123456:role/bridge"
	aProvider = "acs:ram::1234567890123456:oidc-provider/ack"
)

// The status lists each place once, in the chain's order, and says why it is tried or skipped.
func TestWhichPlacesAreTried(t *testing.T) {
	const (
		noKey      = "env (ALIBABA_CLOUD_ACCESS_KEY_ID is not set)"
		noOIDC     = "oidc_role_arn (ALIBABA_CLOUD_OIDC_PROVIDER_ARN, or ALIBABA_CLOUD_OIDC_TOKEN_FILE, is not set)"
		noURI      = "credentials_uri (ALIBABA_CLOUD_CREDENTIALS_URI is not set)"
		noProfiles = "cli_profile (nothing selects it), profile (nothing selects it)"
		noECS      = "ecs_ram_role (nothing selects it)"
	)
	for _, c := range []struct {
		environ []string
		want    string
	}{
		{nil, "tried: cli_profile, then profile, then ecs_ram_role; skipped: " + noKey + ", " + noOIDC + ", " + noURI},
		{
			[]string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED", "True"},
			"tried: cli_profile, then profile; skipped: " + noKey + ", " + noOIDC + ", ecs_ram_role (ALIBABA_CLOUD_ECS_METADATA_DISABLED is true), " + noURI,
		},
		{
			[]string{varKeyID, "k", varSecret, "s", varRole, aRole},
			"tried: env, which ALIBABA_CLOUD_ACCESS_KEY_ID selects; skipped: " + noOIDC + ", " + noProfiles + ", " + noECS + ", " + noURI,
		},
		{
			[]string{varKeyID, "k", varSecret, "s", varURI, "http://127.0.0.1:1"},
			"tried: env, which ALIBABA_CLOUD_ACCESS_KEY_ID selects; skipped: " + noOIDC + ", " + noProfiles + ", " + noECS +
				", credentials_uri (ALIBABA_CLOUD_CREDENTIALS_URI selects it, but ALIBABA_CLOUD_ACCESS_KEY_ID comes first)",
		},
		{
			[]string{varRole, aRole, varProvider, aProvider, varTokenFile, "/token"},
			"tried: oidc_role_arn, which ALIBABA_CLOUD_OIDC_PROVIDER_ARN selects; skipped: " + noKey + ", " + noProfiles + ", " + noECS + ", " + noURI,
		},
		{
			[]string{"ALIBABA_CLOUD_PROFILE", "p"},
			"tried: cli_profile, which ALIBABA_CLOUD_PROFILE selects, then profile, which ALIBABA_CLOUD_PROFILE selects; skipped: " + noKey + ", " + noOIDC + ", " + noECS + ", " + noURI,
		},
		{
			[]string{"ALIBABA_CLOUD_PROFILE", "p", "ALIBABA_CLOUD_CONFIG_FILE", "/c"},
			"tried: cli_profile, which ALIBABA_CLOUD_CONFIG_FILE selects; skipped: " + noKey + ", " + noOIDC + ", profile (nothing selects it), " + noECS + ", " + noURI,
		},
		{
			[]string{"ALIBABA_CLOUD_PROFILE", "p", "ALIBABA_CLOUD_CREDENTIALS_FILE", "/c"},
			"tried: profile, which ALIBABA_CLOUD_CREDENTIALS_FILE selects; skipped: " + noKey + ", " + noOIDC + ", cli_profile (nothing selects it), " + noECS + ", " + noURI,
		},
	} {
		if got := open(t, KindDefault, environment(c.environ...)).Status().Places; got != c.want {
			t.Errorf("%q:\n%s, want\n%s", c.environ, got, c.want)
		}
	}
}

// If one place is selected, its error is the whole error. If a profile's name selects two files, the error lists both and
// nothing else.
func TestTheErrorOfAPlaceThatIsSelected(t *testing.T) {
	_, err := open(t, KindDefault, environment(varURI, answering(t, "{}"))).Credentials(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "no credentials from default/credentials_uri: ") || fault.Of(err).Code != fault.CodeCredentialsUnavailable {
		t.Errorf("%v", err)
	}
	_, err = open(t, KindDefault, environment("ALIBABA_CLOUD_PROFILE", "p")).Credentials(t.Context())
	e, _ := err.(*Error)
	if e == nil || len(e.Tried) != 2 || e.Tried[0].Provider != "default/cli_profile" || e.Tried[1].Provider != "default/profile" {
		t.Errorf("%v", err)
	}
}

// The error says which profile of which file is meant, and which variable would change that.
func TestWhichProfileIsMeant(t *testing.T) {
	for _, c := range []struct {
		environ []string
		want    string
	}{
		{nil, "check: the profile in ~/.aliyun/config.json (or set ALIBABA_CLOUD_CONFIG_FILE)"},
		{[]string{"ALIBABA_CLOUD_PROFILE", "p"}, `check: profile "p" (ALIBABA_CLOUD_PROFILE) in ~/.aliyun/config.json (or set ALIBABA_CLOUD_CONFIG_FILE)`},
		{[]string{"ALIBABA_CLOUD_CONFIG_FILE", "/c"}, `check: the profile in "/c" (ALIBABA_CLOUD_CONFIG_FILE)`},
		{[]string{"ALIBABA_CLOUD_PROFILE", "p", "ALIBABA_CLOUD_CONFIG_FILE", "/c"}, `check: profile "p" (ALIBABA_CLOUD_PROFILE) in "/c" (ALIBABA_CLOUD_CONFIG_FILE)`},
	} {
		_, err := open(t, KindDefault, environment(append(c.environ, "ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")...)).Credentials(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.environ, err, c.want)
		}
	}
}

// Half of a key or of a federated identity is an error: the user meant to use it. The error names the half that is there.
func TestHalfOfAnIdentityIsAnError(t *testing.T) {
	const half = " of a federated identity, for SENDBRIDGE_CREDENTIALS=default"
	lambda := []string{"AWS_LAMBDA_FUNCTION_NAME", "f"}
	for _, c := range []struct {
		environ []string
		want    string
		never   string
	}{
		{[]string{varSecret, "s"}, varKeyID + " is not set: want an AccessKeyId", "federated"},
		{[]string{varKeyID, "k"}, varSecret + " is not set: want the secret of", "federated"},
		{[]string{varRole, aRole}, "; ALIBABA_CLOUD_ROLE_ARN alone is half" + half, "are half"},
		{[]string{varProvider, aProvider}, "; ALIBABA_CLOUD_OIDC_PROVIDER_ARN alone is half" + half, "are half"},
		{[]string{varTokenFile, "/t"}, "; ALIBABA_CLOUD_OIDC_TOKEN_FILE alone is half" + half, "are half"},
		{[]string{varToken, "t"}, "; ALIBABA_CLOUD_OIDC_TOKEN alone is half" + half, "are half"},
		{[]string{varRole, aRole, varProvider, aProvider}, "; ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN alone are half" + half, "is half"},
		{[]string{varRole, aRole, varTokenFile, "/t"}, "; ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE alone are half" + half, "is half"},
		{[]string{varRole, aRole, varToken, "t"}, "; ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_TOKEN alone are half" + half, "is half"},
		// In Lambda, a role and a provider are whole, because AWS issues the token.
		{append(lambda, varRole, aRole, varProvider, aProvider), varTokenFile + " is not set", "half"},
		{append(lambda, varRole, aRole), "; ALIBABA_CLOUD_ROLE_ARN alone is half" + half, "are half"},
	} {
		_, err := Open(KindDefault, environment(c.environ...), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), c.never) {
			t.Errorf("%q: %v, want %s, and not %q", c.environ, err, c.want, c.never)
		}
	}
}

// Variables of other tools are named where a key is missing, all of them, and only if they have a value.
func TestNamesOfOtherTools(t *testing.T) {
	const hint = " (ALIBABACLOUD_ACCESS_KEY_SECRET is set, but this tool reads ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALICLOUD_ACCESS_KEY is set, but this tool reads ALIBABA_CLOUD_ACCESS_KEY_ID)"
	others := environment("ALICLOUD_ACCESS_KEY", "k", "ALIBABACLOUD_ACCESS_KEY_SECRET", "s", "ALICLOUD_ASSUME_ROLE_ARN", "")
	if got := open(t, KindDefault, others).Status().Places; !strings.Contains(got, "env (ALIBABA_CLOUD_ACCESS_KEY_ID is not set"+hint+")") {
		t.Error(got)
	}
	_, err := Open(KindRAMRoleARN, others, nil)
	for _, want := range []string{
		varKeyID + " is not set: want an AccessKeyId" + hint + ", for",
		varSecret + " is not set: want the secret of " + varKeyID + hint + ", for",
		varRole + " is not set: want an ARN such as acs:ram::1234567890123456:role/bridge, for",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// The error of STS names the token's file, unless the token itself is in the environment.
func TestWhereARejectedTokenIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("x.y.z"), 0o600); err != nil {
		t.Fatal(err)
	}
	sts := refusing(t, 400, `{"Code":"AuthenticationFail.OIDCToken.Invalid","Message":"no"}`)
	for name, c := range map[string]struct{ name, value, want string }{
		"a file":       {varTokenFile, file, "Invalid: no; the token is in " + file + " (status 400)"},
		"the variable": {varToken, "x.y.z", "Invalid: no (status 400)"},
	} {
		_, err := open(t, KindOIDCRoleARN, environment(varEndpoint, sts, varRole, aRole, varProvider, aProvider, c.name, c.value)).Credentials(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
