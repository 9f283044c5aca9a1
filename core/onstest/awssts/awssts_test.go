package awssts_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"sendbridge/core/onstest/awssts"
)

// ask sends what AWS's own SDK sends.
func ask(t *testing.T, s *awssts.Service, change func(*aws.Credentials, *sts.GetWebIdentityTokenInput)) (string, error) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	credentials := aws.Credentials{AccessKeyID: awssts.AccessKeyID, SecretAccessKey: awssts.SecretAccessKey, SessionToken: awssts.SessionToken}
	in := &sts.GetWebIdentityTokenInput{Audience: []string{"sts.aliyuncs.com"}, SigningAlgorithm: aws.String("RS256"), DurationSeconds: aws.Int32(300)}
	change(&credentials, in)
	client := sts.New(sts.Options{
		Region: awssts.Region, BaseEndpoint: aws.String(server.URL), Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil }),
	})
	out, err := client.GetWebIdentityToken(t.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.WebIdentityToken, nil
}

func service(t *testing.T) *awssts.Service {
	t.Helper()
	s, err := awssts.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSDKGetsAToken(t *testing.T) {
	s := service(t)
	token, err := ask(t, s, func(*aws.Credentials, *sts.GetWebIdentityTokenInput) {})
	if err != nil || strings.Count(token, ".") != 2 || s.Requests() != 1 {
		t.Errorf("%q, %v after %d requests", token, err, s.Requests())
	}
}

func TestWhatIsRefused(t *testing.T) {
	s := service(t)
	for name, c := range map[string]struct {
		change func(*aws.Credentials, *sts.GetWebIdentityTokenInput)
		want   string
	}{
		"another secret":    {func(c *aws.Credentials, _ *sts.GetWebIdentityTokenInput) { c.SecretAccessKey += "x" }, "SignatureDoesNotMatch"},
		"another key":       {func(c *aws.Credentials, _ *sts.GetWebIdentityTokenInput) { c.AccessKeyID += "x" }, "InvalidClientTokenId"},
		"no session token":  {func(c *aws.Credentials, _ *sts.GetWebIdentityTokenInput) { c.SessionToken = "" }, "InvalidClientTokenId"},
		"another algorithm": {func(_ *aws.Credentials, in *sts.GetWebIdentityTokenInput) { in.SigningAlgorithm = aws.String("ES384") }, "ValidationError"},
		"too short":         {func(_ *aws.Credentials, in *sts.GetWebIdentityTokenInput) { in.DurationSeconds = aws.Int32(59) }, "ValidationError"},
	} {
		if _, err := ask(t, s, c.change); codeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestRefusalsOnDemand(t *testing.T) {
	s := service(t)
	s.Refuse("OutboundWebIdentityFederationDisabledException", "AccessDenied")
	s.EndSessionIn(100e9)
	for _, want := range []string{"OutboundWebIdentityFederationDisabledException", "AccessDenied", "SessionDurationEscalationException"} {
		if _, err := ask(t, s, func(*aws.Credentials, *sts.GetWebIdentityTokenInput) {}); codeOf(err) != want && !strings.Contains(errText(err), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := ask(t, s, func(_ *aws.Credentials, in *sts.GetWebIdentityTokenInput) { in.DurationSeconds = aws.Int32(60) }); err != nil {
		t.Error(err)
	}
}

func codeOf(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
