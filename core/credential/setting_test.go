package credential

import (
	"maps"
	"strings"
	"testing"
)

// environment returns a map of pairs.
func environment(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

var complete = environment(
	varKeyID, "LTAI5tExampleKey0001", varSecret, "hush-secret", varRole, "acs:ram::1234567890123456:role/bridge",
	varProvider, "acs:ram::1234567890123456:oidc-provider/aws", varTokenFile, "/var/run/token", varURI, "http://127.0.0.1:1/hush-path",
	"AWS_REGION", "eu-north-1", "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY", "hush-aws", "AWS_SESSION_TOKEN", "hush-session",
)

// Each error names its variable, its value unless that is a secret, and what is allowed.
func TestFaultsOfTheEnvironment(t *testing.T) {
	for _, c := range []struct{ kind, name, value, want string }{
		{"vault", "SENDBRIDGE_CREDENTIALS", "", `SENDBRIDGE_CREDENTIALS="vault": want one of auto, fc, aws, access_key`},
		{KindAccessKey, varKeyID, "", varKeyID + " is not set: want an AccessKeyId, for SENDBRIDGE_CREDENTIALS=access_key"},
		{KindAccessKey, varSecret, "", varSecret + " is not set: want the secret of"},
		{KindAccessKey, varKeyID, "STS.hush", "for temporary credentials with a token, set it to sts"},
		{KindAccessKey, varSecurity, "hush-token", "for temporary credentials with a token, set it to sts"},
		{KindSTS, varSecurity, "", varSecurity + " is not set: want the security token of the STS credentials"},
		{KindRAMRoleARN, varRole, "", varRole + " is not set: want an ARN such as acs:ram::1234567890123456:role/bridge"},
		{KindRAMRoleARN, varRole, "arn:aws:iam::1:role/x", varRole + `="arn:aws:iam::1:role/x": want an ARN such as`},
		{KindRAMRoleARN, varRole, "acs:ram::1:user/x", "want an ARN such as"},
		{KindRAMRoleARN, varRole, "acs:ram::one:role/x", "want an ARN such as"},
		{KindRAMRoleARN, varKeyID, "STS.x", varSecurity + " is not set: want the security token, because the AccessKeyId starts with STS."},
		{KindRAMRoleARN, varSession, "a b", varSession + `="a b": want 2 to 64 of`},
		{KindOIDCRoleARN, varProvider, "", varProvider + " is not set: want an ARN such as acs:ram::1234567890123456:oidc-provider/bridge"},
		{KindOIDCRoleARN, varTokenFile, "", varTokenFile + " is not set: want the path of a file"},
		{KindECSRAMRole, "ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true", "want false or nothing"},
		{KindCredentialsURI, varURI, "", varURI + " is not set: want the URL"},
		{KindCredentialsURI, varURI, "ftp://hush-host/", "want an http:// or https:// URL"},
		{KindAWS, "AWS_REGION", "", "AWS_REGION is not set: want the region of AWS's STS"},
		{KindAWS, "AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID is not set: want the function role's key"},
		{KindAWS, "AWS_SECRET_ACCESS_KEY", "", "AWS_SECRET_ACCESS_KEY is not set: want the function role's secret"},
		{KindAWS, varProvider, "acs:ram::1:role/x", varProvider + `="acs:ram::1:role/x": want an ARN such as acs:ram::1234567890123456:oidc-provider/bridge`},
		{KindAWS, varAWSEndpoint, "http://sts.example.com", varAWSEndpoint + `="http://sts.example.com": want a URL`},
		{KindAWS, varEndpoint, "https://u:hush-password@sts.example.com", varEndpoint + `="…": want a URL`},
		{KindAWS, varEndpoint, "https://sts.example.com/path", "without a path"},
		{KindAWS, varRegion, "cn hangzhou", varRegion + `="cn hangzhou": want a region id`},
		{KindDefault, varSecret, "", varSecret + " is not set"},
	} {
		environ := maps.Clone(complete)
		environ[c.name] = c.value
		_, err := Open(c.kind, environ, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s %s=%s: %v, want %q", c.kind, c.name, c.value, err, c.want)
		}
	}
	_, err := Open(KindAWS, complete, &Options{Audience: "-no client id"})
	if err == nil || !strings.Contains(err.Error(), `SENDBRIDGE_OIDC_AUDIENCE="-no client id": want a client id`) {
		t.Error(err)
	}
}

func TestEachKindOpens(t *testing.T) {
	for _, kind := range []string{KindAuto, KindFC, KindAWS, KindAccessKey, KindRAMRoleARN, KindOIDCRoleARN, KindECSRAMRole, KindCredentialsURI, KindDefault} {
		if s, err := Open(kind, complete, nil); err != nil || s.Status().Kind == KindAuto {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for name, endpoint := range map[string]string{
		"":            "https://sts.aliyuncs.com",
		"cn-hangzhou": "https://sts.cn-hangzhou.aliyuncs.com",
	} {
		b := &builder{environ: environment(varRegion, name)}
		if got := b.stsEndpoint(); got != endpoint || b.faults != nil {
			t.Errorf("%q: %s, %v", name, got, b.faults)
		}
	}
	b := &builder{environ: environment(varRegion, "cn-hangzhou", varVPC, "TRUE")}
	if got := b.stsEndpoint(); got != "https://sts-vpc.cn-hangzhou.aliyuncs.com" {
		t.Error(got)
	}
}

func TestWhatAutoStandsFor(t *testing.T) {
	lambda := environment("AWS_LAMBDA_FUNCTION_NAME", "f", varRole, "r", varProvider, "p")
	withFile := maps.Clone(lambda)
	withFile[varTokenFile] = "/token"
	for _, c := range []struct {
		environ map[string]string
		want    string
	}{
		{nil, KindDefault},
		{environment("FC_FUNCTION_NAME", "f"), KindFC},
		{environment("FC_SERVER_PORT", "9000"), KindFC},
		{environment("AWS_LAMBDA_RUNTIME_API", "x"), KindDefault},
		{environment(varRole, "r", varProvider, "p"), KindDefault},
		{lambda, KindAWS},
		{withFile, KindDefault},
	} {
		if got := Resolve(KindAuto, c.environ); got != c.want {
			t.Errorf("%v: %s, want %s", c.environ, got, c.want)
		}
	}
	if got := Resolve(KindSTS, lambda); got != KindSTS {
		t.Error(got)
	}
}

// The limits are those of the services. The first and the last of what is allowed are allowed.
func TestLimitsOfSettings(t *testing.T) {
	x := strings.Repeat
	for _, c := range []struct {
		kind, name, value string
		allowed           bool
	}{
		{KindRAMRoleARN, varSession, "x", false},
		{KindRAMRoleARN, varSession, "xx", true},
		{KindRAMRoleARN, varSession, x("x", 64), true},
		{KindRAMRoleARN, varSession, x("x", 65), false},
		{KindRAMRoleARN, varSession, "09AZaz.@_-", true},
		{KindRAMRoleARN, varRegion, "09-AZ-az", true},
		{KindAWS, "", x("x", 128), true},
		{KindAWS, "", x("x", 129), false},
		{KindAWS, "", "0AZaz9.-_:/", true},
		{KindAWS, "", "a@", false},
		{KindAWS, "", ".a", false},
		// With SnapStart there is this URL and no key; both together are no fault.
		{KindAWS, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1", true},
	} {
		environ := maps.Clone(complete)
		environ[c.name] = c.value
		o := &Options{}
		if c.name == "" {
			o.Audience = c.value
		}
		if _, err := Open(c.kind, environ, o); (err == nil) != c.allowed {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		}
	}
	for _, beside := range "/:@[`{" { // the neighbours of digits and letters
		environ := maps.Clone(complete)
		environ[varRegion] = "cn-" + string(beside)
		if _, err := Open(KindRAMRoleARN, environ, nil); err == nil {
			t.Errorf("%q is allowed in a region", beside)
		}
	}
}

// A function with SnapStart has no keys in its environment, but a URL: the error says what to do.
func TestSnapStartHasNoKeys(t *testing.T) {
	environ := maps.Clone(complete)
	delete(environ, "AWS_ACCESS_KEY_ID")
	delete(environ, "AWS_SECRET_ACCESS_KEY")
	if _, err := Open(KindAWS, environ, nil); err == nil || strings.Contains(err.Error(), "SnapStart") || !strings.Contains(err.Error(), "AWS_SECRET_ACCESS_KEY is not set") {
		t.Errorf("without the URL: %v", err)
	}
	environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:1"
	if _, err := Open(KindAWS, environ, nil); err == nil || !strings.Contains(err.Error(), "SnapStart provides none, so disable it") || strings.Contains(err.Error(), "AWS_SECRET_ACCESS_KEY") {
		t.Errorf("with the URL: %v", err)
	}
}
