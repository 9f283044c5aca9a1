package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/core/onstest/awssts"
	"sendbridge/internal/loopback/loopbacktest"
)

const (
	keylessAudience = "sts.aliyuncs.com"
	keylessRole     = "forwarder"
)

// A federation is a fake AWS STS, and an emulator whose role trusts its tokens.
type federation struct {
	*bench
	aws    *awssts.Service
	awsURL string
}

// federationKey is the key of every fake AWS STS: they differ in what they refuse, not in who signs.
var federationKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func newFederation(t *testing.T, change func(*onstest.OIDCProvider, *onstest.Role)) *federation {
	t.Helper()
	key, err := federationKey()
	if err != nil {
		t.Fatal(err)
	}
	aws := awssts.WithKey(key, nil)
	p := onstest.OIDCProvider{Name: "aws", Issuer: awssts.Issuer, ClientIDs: []string{keylessAudience}, Keys: onstest.JWKS{awssts.KeyID: aws.PublicKey()}}
	r := onstest.Role{Name: keylessRole, Trust: []onstest.Trust{{Provider: "aws", Issuer: awssts.Issuer, Audience: keylessAudience, Subject: awssts.RoleARN}}}
	if change != nil {
		change(&p, &r)
	}
	f := &federation{bench: newBench(t, func(o *onstest.Options) { o.Providers, o.Roles = []onstest.OIDCProvider{p}, []onstest.Role{r} }), aws: aws}
	server := httptest.NewServer(aws)
	t.Cleanup(server.Close)
	f.awsURL = server.URL
	return f
}

// environ returns an environment without an AccessKey of Alibaba Cloud.
func (f *federation) environ(extra ...string) []string {
	return slices.Concat(unhurried, []string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + f.api.URL,
		"SENDBRIDGE_RULES=" + doorRules,
		"ALIBABA_CLOUD_STS_ENDPOINT=" + f.api.URL,
		"ALIBABA_CLOUD_ROLE_ARN=" + onstest.Role{Name: keylessRole}.ARN(),
		"ALIBABA_CLOUD_OIDC_PROVIDER_ARN=" + onstest.OIDCProvider{Name: "aws"}.ARN(),
		"AWS_ENDPOINT_URL_STS=" + f.awsURL,
		"AWS_REGION=" + awssts.Region,
		"AWS_ACCESS_KEY_ID=" + awssts.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + awssts.SecretAccessKey,
		"AWS_SESSION_TOKEN=" + awssts.SessionToken,
	}, extra)
}

func httpOnly(environ []string) []string {
	return append(environ, "SENDBRIDGE_CREDENTIALS=aws", "SENDBRIDGE_LISTEN=127.0.0.1:0", "SENDBRIDGE_ADMIN_LISTEN=127.0.0.1:0")
}

// keylessSecrets must appear in no log and no answer. All tokens begin with one of two texts.
var keylessSecrets = []string{awssts.SecretAccessKey, awssts.SessionToken, "eyJ", "CAIS"}

func TestKeylessFromAWSToADevice(t *testing.T) {
	f := newFederation(t, nil)
	p := startHTTP(t, httpOnly(f.environ()))
	if status, answer := post(t, p.url, "application/cloudevents+json", door("1", "north")); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, answer)
	}
	if topic, _ := f.receive(t); topic != "site/north/door" {
		t.Errorf("the device got %s", topic)
	}
	if f.aws.Requests() != 1 {
		t.Errorf("%d tokens were requested", f.aws.Requests())
	}
	if line := p.eventLine(t); line["outcome"] != "sent" {
		t.Errorf("logged %v", line)
	}
	for _, secret := range keylessSecrets {
		if strings.Contains(p.all.String(), secret) {
			t.Errorf("the log shows %q: %.3000s", secret, p.all.String())
		}
	}
}

// An invalid ARN ends the start, before any request is sent.
func TestKeylessWithAWrongARNDoesNotStart(t *testing.T) {
	f := newFederation(t, nil)
	for variable, kind := range map[string]string{"ALIBABA_CLOUD_ROLE_ARN": ":role/", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": ":oidc-provider/"} {
		for _, value := range []string{"", "forwarder", "arn:aws:iam::123456789012:role/forwarder", "acs:ram::x" + kind + "forwarder"} {
			cmd := exec.Command(binary(t, httpHandler))
			cmd.Env = loopbacktest.Environ(httpOnly(f.environ(variable + "=" + value))...)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), variable) || !strings.Contains(string(out), "an ARN such as acs:ram::1234567890123456"+kind) {
				t.Errorf("%s=%q: %v, %s", variable, value, err, out)
			}
		}
	}
	if f.aws.Requests() != 0 {
		t.Errorf("%d tokens were requested", f.aws.Requests())
	}
}

// The runtime reports the same text as the log, under the cloud's own code.
func TestKeylessFaultsInLambda(t *testing.T) {
	f := newFederation(t, func(p *onstest.OIDCProvider, _ *onstest.Role) { p.Renewed = true })
	l := startLambda(t, f.environ(rateless))
	answer := l.invoke(t, door("1", "north"))
	var report struct{ ErrorMessage, ErrorType string }
	if err := json.Unmarshal([]byte(answer.Body), &report); err != nil || !answer.Failed {
		t.Fatalf("%+v, %v", answer, err)
	}
	const code = "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch"
	if report.ErrorType != code || !strings.Contains(report.ErrorMessage, "Alibaba Cloud rejected sts:AssumeRoleWithOIDC with "+code) || !strings.Contains(report.ErrorMessage, "CA fingerprints") {
		t.Errorf("%+v", report)
	}
	l.stop()
	logged(t, l.lines(t), map[string]any{"msg": "event", "outcome": "failed", "error": report.ErrorMessage})
	for _, secret := range keylessSecrets {
		if strings.Contains(l.log.String()+answer.Body, secret) {
			t.Errorf("%q is shown: %.3000s", secret, l.log.String())
		}
	}
}

func TestKeylessLambdaToADevice(t *testing.T) {
	f := newFederation(t, nil)
	environ := f.environ(rateless)
	for _, variable := range environ {
		if strings.HasPrefix(variable, "ALIBABA_CLOUD_ACCESS_KEY") {
			t.Fatal(variable)
		}
	}
	l := startLambda(t, environ)
	l.answers(t, door("1", "north"), asyncAnswer)
	if topic, _ := f.receive(t); topic != "site/north/door" {
		t.Errorf("the device got %s", topic)
	}
	l.stop()
	for _, secret := range keylessSecrets {
		if strings.Contains(l.log.String(), secret) {
			t.Errorf("the log shows %q: %.3000s", secret, l.log.String())
		}
	}
}

// For each broken configuration the log says which cloud rejected the call, with which code, and what to check. The
// answer to the caller says none of this.
func TestKeylessConfigurationsThatAreBroken(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*onstest.OIDCProvider, *onstest.Role)
		aws     func(*awssts.Service)
		environ []string
		want    []string
	}{
		"federation is not enabled": {aws: func(s *awssts.Service) { s.Refuse(many("OutboundWebIdentityFederationDisabledException")...) },
			want: []string{"AWS rejected sts:GetWebIdentityToken with OutboundWebIdentityFederationDisabledException", "aws iam enable-outbound-web-identity-federation"}},
		"the IAM policy is missing": {aws: func(s *awssts.Service) { s.Refuse(many("AccessDenied")...) },
			want: []string{"AWS rejected sts:GetWebIdentityToken with AccessDenied", "IAM policy allows sts:GetWebIdentityToken"}},
		"the session is too short for any token": {aws: func(s *awssts.Service) { s.EndSessionIn(30 * time.Second) },
			want: []string{"AWS rejected sts:GetWebIdentityToken with SessionDurationEscalationException"}},
		"another secret": {environ: []string{"AWS_SECRET_ACCESS_KEY=wrong-secret"},
			want: []string{"AWS rejected sts:GetWebIdentityToken with SignatureDoesNotMatch"}},
		"the audience is no client id": {aws: func(s *awssts.Service) { s.Claim("aud", "elsewhere") },
			want: []string{"Alibaba Cloud rejected sts:AssumeRoleWithOIDC with AuthenticationFail.OIDCToken.AudienceNotMatchError", "SENDBRIDGE_OIDC_AUDIENCE"}},
		"the issuer differs by a character": {change: func(p *onstest.OIDCProvider, _ *onstest.Role) { p.Issuer += "/" },
			want: []string{"Alibaba Cloud rejected sts:AssumeRoleWithOIDC with AuthenticationFail.OIDCToken.IssuerNotMatch", "issuer"}},
		"the issuer's CA changed": {change: func(p *onstest.OIDCProvider, _ *onstest.Role) { p.Renewed = true },
			want: []string{"AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch", "ingerprint"}},
		"the trust policy names another role": {change: func(_ *onstest.OIDCProvider, r *onstest.Role) { r.Trust[0].Subject += "-2" },
			want: []string{"Alibaba Cloud rejected sts:AssumeRoleWithOIDC with AuthenticationFail.NoPermission", "oidc:sub"}},
		"the token is too old": {aws: func(s *awssts.Service) { s.Claim("iat", time.Now().Add(-13*time.Hour).Unix()) },
			want: []string{"AuthenticationFail.OIDCToken.Expired", "clock"}},
		"there is no such role": {environ: []string{"ALIBABA_CLOUD_ROLE_ARN=" + onstest.Role{Name: "gone"}.ARN()},
			want: []string{"EntityNotExist.Role", "ALIBABA_CLOUD_ROLE_ARN"}},
		"there is no such provider": {environ: []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN=" + onstest.OIDCProvider{Name: "gone"}.ARN()},
			want: []string{"EntityNotExist.OIDCProvider", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFederation(t, c.change)
			if c.aws != nil {
				c.aws(f.aws)
			}
			p := startHTTP(t, httpOnly(f.environ(c.environ...)))
			status, answer := post(t, p.url, "application/cloudevents+json", door("1", "north"))
			line := p.eventLine(t)
			if status != http.StatusServiceUnavailable {
				t.Errorf("%d %s", status, answer)
			}
			for _, want := range c.want {
				if text := fmt.Sprint(line["error"]); !strings.Contains(text, want) {
					t.Errorf("%s\nwants %q", text, want)
				}
			}
			for _, inside := range []string{"127.0.0.1", "sts:", "arn:", "acs:", "AWS", onstest.AccountID, "ALIBABA_CLOUD_"} {
				if strings.Contains(answer, inside) {
					t.Errorf("the answer shows %q: %s", inside, answer)
				}
			}
			for _, secret := range append(slices.Clone(keylessSecrets), "wrong-secret") {
				if strings.Contains(answer+p.all.String(), secret) {
					t.Errorf("%q is shown: %s", secret, answer+p.all.String())
				}
			}
		})
	}
}

// If AWS rejects a token that would outlive the function's session, a shorter one is requested.
func TestKeylessWithAnEndingSession(t *testing.T) {
	f := newFederation(t, nil)
	f.aws.EndSessionIn(2 * time.Minute)
	p := startHTTP(t, httpOnly(f.environ()))
	if status, answer := post(t, p.url, "application/cloudevents+json", door("1", "north")); status != http.StatusNoContent || f.aws.Requests() != 2 {
		t.Errorf("%d %s after %d requests", status, answer, f.aws.Requests())
	}
}

// A broken set-up is logged at the start, before the first event.
func TestKeylessThatIsBrokenSaysSoAtTheStart(t *testing.T) {
	f := newFederation(t, nil)
	f.aws.Refuse(many("AccessDenied")...)
	p := startHTTP(t, httpOnly(f.environ()))
	line := p.noCredentialsYet(t)
	if line["level"] != "ERROR" || line["code"] != "AccessDenied" || line["actor"] != "role" || !strings.Contains(fmt.Sprint(line["error"]), "IAM policy allows sts:GetWebIdentityToken") {
		t.Errorf("%v", line)
	}
}

// An STS out of reach is logged at the start. The answer to an event takes seconds of retries:
// TestUnreachableSTSIsReportedAlikeEverywhere covers it.
func TestKeylessOutOfReachSaysSoAtTheStart(t *testing.T) {
	for variable, action := range map[string]string{"AWS_ENDPOINT_URL_STS": "sts:GetWebIdentityToken", "ALIBABA_CLOUD_STS_ENDPOINT": "sts:AssumeRoleWithOIDC"} {
		f := newFederation(t, nil)
		line := startHTTP(t, httpOnly(f.environ(variable+"=http://127.0.0.1:1"))).noCredentialsYet(t)
		want := action + ": STSUnreachable: no answer from http://127.0.0.1:1"
		if line["level"] != "ERROR" || line["code"] != "STSUnreachable" || !strings.Contains(fmt.Sprint(line["error"]), want) {
			t.Errorf("%v, want %q", line, want)
		}
		for _, secret := range keylessSecrets {
			if strings.Contains(fmt.Sprint(line), secret) {
				t.Errorf("%q is shown: %v", secret, line)
			}
		}
	}
}

// noCredentialsYet returns the log line that says why there are no credentials yet.
func (p *process) noCredentialsYet(t *testing.T) map[string]any {
	t.Helper()
	for {
		if line := p.line(t); line["msg"] == "no credentials yet" {
			return line
		}
	}
}

func many(code string) []string { return slices.Repeat([]string{code}, 20) }

// eventLine returns the next log line of an event.
func (p *process) eventLine(t *testing.T) map[string]any {
	t.Helper()
	for {
		if line := p.line(t); line["msg"] == "event" {
			return line
		}
	}
}
