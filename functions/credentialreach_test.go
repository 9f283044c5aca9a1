package functions_test

import (
	"context"
	"net"
	"syscall"
	"testing"
	"testing/synctest"

	"sendbridge/core/onstest"
	"sendbridge/core/onstest/awssts"
)

// noHost is an address of the wire where nothing listens.
const noHost = "127.0.0.1:2"

// An unreachable STS is retried for the message's whole time, and the error has the same text everywhere.
func TestUnreachableSTSIsReportedAlikeEverywhere(t *testing.T) {
	for name, c := range map[string]struct{ setting, want string }{
		"AWS":           {"AWS_ENDPOINT_URL_STS=http://" + noHost, "sts:GetWebIdentityToken: STSUnreachable: no answer from http://" + noHost},
		"Alibaba Cloud": {"ALIBABA_CLOUD_STS_ENDPOINT=http://" + noHost, "sts:AssumeRoleWithOIDC: STSUnreachable: no answer from http://" + noHost},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				aws, err := awssts.New(nil)
				if err != nil {
					t.Fatal(err)
				}
				a := newAssumed(t, "SENDBRIDGE_CREDENTIALS=aws", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN="+onstest.OIDCProvider{Name: "aws"}.ARN(),
					"AWS_REGION="+awssts.Region, "AWS_ENDPOINT_URL_STS=http://127.0.0.1:1", "AWS_ACCESS_KEY_ID="+awssts.AccessKeyID,
					"AWS_SECRET_ACCESS_KEY="+awssts.SecretAccessKey, "AWS_SESSION_TOKEN="+awssts.SessionToken, c.setting)
				a.inSTS = aws.ServeHTTP
				a.reportedEverywhere(t, c.want)
				if n := aws.Requests(); (n == 0) != (name == "AWS") || a.sends.Load() != 0 {
					t.Errorf("%d requests to AWS, %d sends", n, a.sends.Load())
				}
			})
		})
	}
}

// reaching refuses connections to noHost.
func reaching(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == noHost {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		return dial(ctx, network, address)
	}
}
