package credential

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"sendbridge/core/onsmqtt"
	"sendbridge/internal/loopback"
)

// The variables of credentials-go, and two for endpoints.
const (
	varKeyID       = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	varSecret      = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	varSecurity    = "ALIBABA_CLOUD_SECURITY_TOKEN"
	varRole        = "ALIBABA_CLOUD_ROLE_ARN"
	varProvider    = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"
	varSession     = "ALIBABA_CLOUD_ROLE_SESSION_NAME"
	varToken       = "ALIBABA_CLOUD_OIDC_TOKEN"
	varTokenFile   = "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
	varURI         = "ALIBABA_CLOUD_CREDENTIALS_URI"
	varRegion      = "ALIBABA_CLOUD_STS_REGION"
	varVPC         = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"
	varEndpoint    = "ALIBABA_CLOUD_STS_ENDPOINT"
	varAWSEndpoint = "AWS_ENDPOINT_URL_STS"
	varNoMetadata  = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"
)

// A Setting is a variable that is missing or wrong: its name, its value unless it is a secret, and what is allowed.
type Setting struct{ Name, Value, Want string }

func (e *Setting) Error() string {
	if e.Value == "" {
		return e.Name + " is not set: want " + e.Want
	}
	return fmt.Sprintf("%s=%q: want %s", e.Name, e.Value, e.Want)
}

func (b *builder) fault(name, value, want string) {
	b.faults = append(b.faults, &Setting{name, value, want})
}

// need reports a variable that is missing. It does not show its value.
func (b *builder) need(name, value, want string) {
	if value != "" {
		return
	}
	if b.half != "" {
		want += "; " + b.half
	}
	if name == varKeyID || name == varSecret {
		want += b.otherNames()
	}
	b.fault(name, "", want+", for SENDBRIDGE_CREDENTIALS="+b.kind)
}

// whole reports a value with extra characters: a line end from a file, or quotes of another syntax. It shows nothing of the
// value.
func (b *builder) whole(name, value string) {
	switch {
	case strings.TrimSpace(value) != value:
		b.fault(name, "…", "the value without the line end or spaces around it")
	case strings.ContainsAny(value, "\"'`"):
		b.fault(name, "…", "the value without quotes")
	case strings.ContainsFunc(value, unicode.IsSpace):
		b.fault(name, "…", "the value without spaces and line ends")
	}
}

// triple returns the credentials of the environment and reports if they are missing.
func (b *builder) triple() onsmqtt.Credentials {
	c := b.optionalTriple()
	b.need(varKeyID, c.AccessKeyID, "an AccessKeyId")
	b.need(varSecret, c.AccessKeySecret, "the secret of "+varKeyID)
	b.whole(varKeyID, c.AccessKeyID)
	b.whole(varSecret, c.AccessKeySecret)
	b.whole(varSecurity, c.SecurityToken)
	temporary := strings.HasPrefix(c.AccessKeyID, "STS.")
	switch {
	case b.kind == KindSTS:
		b.need(varSecurity, c.SecurityToken, "the security token of the STS credentials")
	case b.kind == KindAccessKey && (temporary || c.SecurityToken != ""):
		b.fault(varKeyID, "", "the key of a RAM user for SENDBRIDGE_CREDENTIALS=access_key; for temporary credentials with a token, set it to sts")
	case temporary:
		b.need(varSecurity, c.SecurityToken, "the security token, because the AccessKeyId starts with STS.")
	}
	return c
}

// trust returns the role and, for a federated identity, its provider.
func (b *builder) trust(federated bool) trust {
	t := trust{role: b.environ[varRole], provider: b.environ[varProvider], session: b.environ[varSession]}
	b.arn(varRole, t.role, ":role/")
	if federated {
		b.arn(varProvider, t.provider, ":oidc-provider/")
	}
	if t.session == "" {
		t.session = "sendbridge"
	}
	allowed := func(r rune) bool { return alphanumeric(r) || strings.ContainsRune(".@_-", r) }
	if len(t.session) < 2 || len(t.session) > 64 || !each(t.session, allowed) {
		b.fault(varSession, t.session, "2 to 64 of 0-9 A-Z a-z . @ _ -")
	}
	return t
}

func (b *builder) arn(name, value, kind string) {
	example := "an ARN such as acs:ram::1234567890123456" + kind + "bridge"
	account, rest, found := strings.Cut(strings.TrimPrefix(value, "acs:ram::"), kind)
	digit := func(r rune) bool { return '0' <= r && r <= '9' }
	switch {
	case value == "":
		b.need(name, value, example)
	case !found || !strings.HasPrefix(value, "acs:ram::") || account == "" || !each(account, digit) || rest == "" || strings.ContainsAny(rest, " \t\r\n"):
		b.fault(name, value, example)
	}
}

func (b *builder) awsKeys() {
	const lambda = ": Lambda sets it from the function's role"
	if b.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] != "" && b.environ["AWS_ACCESS_KEY_ID"] == "" {
		b.fault("AWS_ACCESS_KEY_ID", "", "the function role's key in the environment; SnapStart provides none, so disable it")
		return
	}
	b.need("AWS_ACCESS_KEY_ID", b.environ["AWS_ACCESS_KEY_ID"], "the function role's key"+lambda)
	b.need("AWS_SECRET_ACCESS_KEY", b.environ["AWS_SECRET_ACCESS_KEY"], "the function role's secret"+lambda)
}

// stsEndpoint returns the endpoint that credentials-go would choose, unless a whole URL is set.
func (b *builder) stsEndpoint() string {
	if whole := b.environ[varEndpoint]; whole != "" {
		b.checkURL(varEndpoint, whole, "https://sts.cn-hangzhou.aliyuncs.com")
		return strings.TrimSuffix(whole, "/")
	}
	region := b.environ[varRegion]
	if region == "" {
		return "https://sts.aliyuncs.com"
	}
	if !each(region, func(r rune) bool { return r == '-' || alphanumeric(r) }) {
		b.fault(varRegion, region, "a region id such as cn-hangzhou")
	}
	prefix := "https://sts."
	if strings.EqualFold(b.environ[varVPC], "true") {
		prefix = "https://sts-vpc."
	}
	return prefix + region + ".aliyuncs.com"
}

// checkURL rejects an address to which a token would be sent unencrypted.
func (b *builder) checkURL(name, value, example string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	baseURL := err == nil && u.Host != "" && u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
	if !baseURL || u.Scheme != "https" && (u.Scheme != "http" || !loopback.Is(u.Hostname())) {
		if strings.Contains(value, "@") {
			value = "…" // a password
		}
		b.fault(name, value, "a URL without a path such as "+example+", or http:// to a loopback address")
	}
}

func isAudience(s string) bool {
	allowed := func(r rune) bool { return alphanumeric(r) || strings.ContainsRune(".-_:/", r) }
	return s != "" && len(s) <= 128 && each(s, allowed) && alphanumeric(rune(s[0]))
}

func alphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

func each(s string, ok func(rune) bool) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !ok(r) })
}
