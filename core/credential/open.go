package credential

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"

	"sendbridge/core/onsmqtt"
)

// The kinds of sources: the values of SENDBRIDGE_CREDENTIALS.
const (
	KindAuto           = "auto"            // chosen from the environment, see Resolve
	KindFC             = "fc"              // the credentials that Function Compute passes with each invocation
	KindAWS            = "aws"             // the function role's AWS identity, exchanged for a role
	KindAccessKey      = "access_key"      // a RAM user's key
	KindSTS            = "sts"             // temporary credentials that are not renewed
	KindRAMRoleARN     = "ram_role_arn"    // a role, assumed with a key or temporary credentials
	KindECSRAMRole     = "ecs_ram_role"    // the role of an ECS instance
	KindOIDCRoleARN    = "oidc_role_arn"   // a role, assumed with a token from a file, as in ACK
	KindCredentialsURI = "credentials_uri" // temporary credentials from a local service
	KindDefault        = "default"         // the first available of environment, OIDC, profiles, ECS and URI
)

// Options are Open's optional settings. The zero value works.
type Options struct {
	Audience  string            // the audience of AWS's token; default "sts.aliyuncs.com"
	UserAgent string            // sent to Alibaba Cloud's STS; default "sendbridge"
	Transport http.RoundTripper // to the STS of both clouds; the default keeps no connections
}

// Open returns the source that SENDBRIDGE_CREDENTIALS selects. It reads everything else from the environment and makes no
// call. Its error wraps a *Setting for each variable that is missing or wrong.
//
// The variables are Alibaba Cloud's and AWS's own. In addition to those that credentials-go reads,
// ALIBABA_CLOUD_STS_ENDPOINT is the URL of Alibaba Cloud's STS, https:// or http:// to a loopback address, and
// AWS_ENDPOINT_URL_STS the one of AWS's STS. The kinds ecs_ram_role, credentials_uri and default also read the process's
// own environment and files, as credentials-go does.
func Open(kind string, environ map[string]string, o *Options) (*Source, error) {
	var defaults Options
	if o != nil {
		defaults = *o
	}
	b := &builder{environ: environ, kind: Resolve(kind, environ), options: defaults}
	b.options.Audience = cmp.Or(b.options.Audience, "sts.aliyuncs.com")
	b.options.UserAgent = cmp.Or(b.options.UserAgent, "sendbridge")
	if b.options.Transport == nil {
		b.options.Transport = newTransport()
	}
	b.alibaba = &sts{
		provider: b.kind, endpoint: b.stsEndpoint(), userAgent: b.options.UserAgent,
		transport: b.options.Transport, now: time.Now,
	}
	s := b.source()
	if err := errors.Join(b.faults...); err != nil {
		return nil, err
	}
	s.ask = b.alibaba.callerIdentity
	return s, nil
}

// Resolve returns the kind that "auto" means in an environment, and returns any other kind unchanged: "fc" in Function
// Compute; "aws" in Lambda if the role and the OIDC provider of Alibaba Cloud are set and no token or token file is; or
// else "default".
func Resolve(kind string, environ map[string]string) string {
	switch {
	case kind != KindAuto && kind != "":
		return kind
	case environ["FC_FUNCTION_NAME"] != "", environ["FC_RUNTIME_API"] != "", environ["FC_SERVER_PORT"] != "", environ["FC_CUSTOM_LISTEN_PORT"] != "":
		return KindFC
	case environ["AWS_LAMBDA_RUNTIME_API"] == "" && environ["AWS_LAMBDA_FUNCTION_NAME"] == "":
		return KindDefault
	case environ[varRole] != "" && environ[varProvider] != "" && environ[varToken] == "" && environ[varTokenFile] == "":
		return KindAWS
	}
	return KindDefault
}

// A builder makes a source from an environment, and collects what is wrong with the environment.
type builder struct {
	environ map[string]string
	kind    string
	options Options
	alibaba *sts
	faults  []error
	half    string // which half of a federated identity is set
}

func (b *builder) source() *Source {
	switch b.kind {
	case KindAccessKey, KindSTS:
		return Fixed(b.kind, b.triple())
	case KindFC:
		return newHost(b.optionalTriple())
	case KindAWS:
		return New(b.kind, b.aws())
	case KindRAMRoleARN:
		return New(b.kind, b.ramRole())
	case KindOIDCRoleARN:
		return New(b.kind, b.oidcRole(b.alibaba))
	case KindECSRAMRole:
		return New(b.kind, b.ecsRole(KindECSRAMRole))
	case KindCredentialsURI:
		return New(b.kind, b.uri(KindCredentialsURI))
	case KindDefault:
		c := b.chain()
		s := New(b.kind, c.fetch)
		s.places = c.places
		return s
	}
	b.fault("SENDBRIDGE_CREDENTIALS", b.kind, "one of auto, fc, aws, access_key, sts, ram_role_arn, ecs_ram_role, oidc_role_arn, credentials_uri, default")
	return nil
}

func (b *builder) ramRole() Fetch {
	c := b.triple()
	t := b.trust(false)
	return func(ctx context.Context) (Grant, error) { return b.alibaba.assumeRole(ctx, c, t.role, t.session) }
}

func (b *builder) aws() Fetch {
	region := cmp.Or(b.environ["AWS_REGION"], b.environ["AWS_DEFAULT_REGION"])
	b.need("AWS_REGION", region, "the region of AWS's STS, such as us-east-1")
	b.awsKeys()
	endpoint := b.environ[varAWSEndpoint]
	b.checkURL(varAWSEndpoint, endpoint, "https://sts.us-east-1.amazonaws.com")
	if !isAudience(b.options.Audience) {
		b.fault("SENDBRIDGE_OIDC_AUDIENCE", b.options.Audience, "a client id of the OIDC provider in RAM: up to 128 of 0-9 A-Z a-z . - _ : /, the first a letter or digit")
	}
	keys := func() awssdk.Credentials {
		return awssdk.Credentials{
			AccessKeyID: b.environ["AWS_ACCESS_KEY_ID"], SecretAccessKey: b.environ["AWS_SECRET_ACCESS_KEY"],
			SessionToken: b.environ["AWS_SESSION_TOKEN"], Source: "environment",
		}
	}
	return newExchange(region, endpoint, b.options.Audience, keys, b.trust(true), b.alibaba, b.options.Transport).fetch
}

func (b *builder) optionalTriple() onsmqtt.Credentials {
	return onsmqtt.Credentials{
		AccessKeyID: b.environ[varKeyID], AccessKeySecret: b.environ[varSecret], SecurityToken: b.environ[varSecurity],
	}
}
