// Keyless from AWS: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html and
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc

package credential

import (
	"context"
	"errors"
	"net/http"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"sendbridge/core/fault"
)

const (
	awsCloud = "AWS"
	getToken = "sts:GetWebIdentityToken"

	// The token is needed for one call. AWS rejects a request for one that would outlive the function's session.
	tokenSeconds, shortTokenSeconds int32 = 300, 60

	durationEscalation = "SessionDurationEscalationException"
)

// An exchange exchanges the function's AWS identity for credentials of an Alibaba Cloud role. No key is stored anywhere.
type exchange struct {
	client   *awssts.Client
	endpoint string                    // shown in errors
	keys     func() awssdk.Credentials // called for each request
	audience string
	alibaba  *sts
	trust
}

// A trust is the role to assume and the OIDC provider that it trusts.
type trust struct{ role, provider, session string }

// newExchange returns an exchange with a client of AWS's STS in a region, because the global endpoint issues no such
// tokens.
func newExchange(region, endpoint, audience string, keys func() awssdk.Credentials, t trust, alibaba *sts, transport http.RoundTripper) *exchange {
	o := awssts.Options{
		Region: region,
		HTTPClient: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // do not send a signed request with the session token to another host
		}},
		Retryer: awssdk.NopRetryer{}, // the message has its own retry
		Credentials: awssdk.CredentialsProviderFunc(func(context.Context) (awssdk.Credentials, error) {
			return keys(), nil
		}),
	}
	if endpoint != "" {
		o.BaseEndpoint = &endpoint
	} else {
		endpoint = "https://sts." + region + ".amazonaws.com"
	}
	return &exchange{client: awssts.New(o), endpoint: endpoint, keys: keys, audience: audience, alibaba: alibaba, trust: t}
}

func (x *exchange) fetch(ctx context.Context) (Grant, error) {
	token, err := x.token(ctx, tokenSeconds)
	if refused := (*Error)(nil); errors.As(err, &refused) && refused.Code == durationEscalation {
		token, err = x.token(ctx, shortTokenSeconds)
	}
	if err != nil {
		return Grant{}, err
	}
	return x.alibaba.assumeRoleWithOIDC(ctx, token, x.provider, x.role, x.session)
}

// token requests a token for one audience, because several would make the claim a list.
func (x *exchange) token(ctx context.Context, seconds int32) (string, error) {
	out, err := x.client.GetWebIdentityToken(ctx, &awssts.GetWebIdentityTokenInput{
		Audience:         []string{x.audience},
		SigningAlgorithm: awssdk.String("RS256"),
		DurationSeconds:  &seconds,
	})
	if err != nil {
		return "", x.refused(ctx, err)
	}
	token := awssdk.ToString(out.WebIdentityToken)
	if strings.Count(token, ".") != 2 {
		e := x.fault(fault.CodeCredentialsIncomplete)
		e.Message = "the answer contains no token"
		return "", e
	}
	return token, nil
}
