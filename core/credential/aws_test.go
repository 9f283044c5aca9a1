package credential

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"sendbridge/core/fault"
)

const awsSession = "IQoJb3JpZ2luX2VjEXAMPLEsessiontoken//////////wEaCXVzLWVhc3QtMSJH"

// atAWS opens a keyless source whose AWS STS is a handler.
func atAWS(t *testing.T, handler http.HandlerFunc, more ...string) *Source {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	environ := map[string]string{
		"AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "ASIAEXAMPLEEXAMPLE01", "AWS_SECRET_ACCESS_KEY": "aws-very-secret", "AWS_SESSION_TOKEN": awsSession,
		varAWSEndpoint: server.URL, varEndpoint: server.URL,
		varRole: "acs:ram::1:role/bridge", varProvider: "acs:ram::1:oidc-provider/aws",
	}
	for i := 0; i < len(more); i += 2 {
		environ[more[i]] = more[i+1]
	}
	return open(t, KindAWS, environ)
}

func refuseAWS(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-RequestId", "R-AWS")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error><RequestId>R-AWS</RequestId></ErrorResponse>`, code, message)
}

// AWS answers a wrong signature with the text that was signed, which contains the session token.
func TestWhatAWSRepeatsOfARequestIsNotShown(t *testing.T) {
	for name, says := range map[string]func(*http.Request, string) string{
		"canonical": func(r *http.Request, _ string) string {
			return "The request signature we calculated does not match. The Canonical String for this request should have been 'POST / x-amz-security-token:" + r.Header.Get("X-Amz-Security-Token")
		},
		"the token alone": func(r *http.Request, _ string) string { return "wrong " + r.Header.Get("X-Amz-Security-Token") },
		"a secret":        func(*http.Request, string) string { return "wrong aws-very-secret" },
		"the signature": func(r *http.Request, _ string) string {
			_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			return "wrong " + signature
		},
		"a token of its own": func(*http.Request, string) string { return "wrong eyJhbGciOiJSUzI1NiJ9.e30.c2ln" },
	} {
		t.Run(name, func(t *testing.T) {
			code := "AccessDenied"
			if name == "canonical" || name == "the signature" {
				code = "SignatureDoesNotMatch"
			}
			var said string
			s := atAWS(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				said = says(r, string(body))
				refuseAWS(w, 403, code, said)
			})
			_, err := s.Credentials(t.Context())
			if fault.Of(err).Code != code || !strings.Contains(err.Error(), "request R-AWS") {
				t.Fatal(err)
			}
			secret := said[strings.LastIndexByte(said, ' ')+1:]
			secret = strings.TrimPrefix(secret, "x-amz-security-token:")
			if len(secret) < 10 || strings.Contains(err.Error(), secret[:10]) {
				t.Errorf("%q is shown in %v", secret, err)
			}
		})
	}
}

// A request that is signed for one host, with the session token, is not redirected to another.
func TestAWSIsNotFollowedElsewhere(t *testing.T) {
	var strayed atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Store(true) }))
	t.Cleanup(elsewhere.Close)
	s := atAWS(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
	})
	if _, err := s.Credentials(t.Context()); err == nil || strayed.Load() {
		t.Errorf("followed: %v, %v", strayed.Load(), err)
	}
}

// Each error of AWS says who has to act and what to check.
func TestWhatToCheckAfterARefusalOfAWS(t *testing.T) {
	for _, c := range []struct {
		status                   int
		code, class, actor, want string
	}{
		{400, "OutboundWebIdentityFederationDisabledException", fault.ClassCredential, fault.ActorRole, "aws iam enable-outbound-web-identity-federation"},
		{403, "AccessDenied", fault.ClassCredential, fault.ActorRole, `the audience "sts.aliyuncs.com", RS256 and 300 seconds`},
		{400, "JWTPayloadSizeExceededException", fault.ClassCredential, fault.ActorRole, "tags"},
		{403, "RegionDisabledException", fault.ClassCredential, fault.ActorRole, "active in the region"},
		{400, "InvalidAction", fault.ClassCredential, fault.ActorYou, "regional endpoint"},
		{403, "ExpiredTokenException", fault.ClassCredential, fault.ActorYou, "AWS_SESSION_TOKEN"},
		{403, "InvalidClientTokenId", fault.ClassCredential, fault.ActorYou, "AWS_ACCESS_KEY_ID"},
		{400, "SomethingNew", fault.ClassCredential, fault.ActorYou, "the region"},
		{400, "Throttling", fault.ClassThrottled, fault.ActorYou, "how many instances"},
		{500, "InternalFailure", fault.ClassTransient, fault.ActorYou, "request id"},
		{503, "ServiceUnavailable", fault.ClassTransient, fault.ActorYou, "request id"},
	} {
		asked := 0
		s := atAWS(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			refuseAWS(w, c.status, c.code, "no")
		})
		_, err := s.Credentials(t.Context())
		e, _ := err.(*Error)
		if e == nil || e.Code != c.code || e.Class != c.class || e.Actor != c.actor || e.RequestID != "R-AWS" || !strings.Contains(e.Advice, c.want) {
			t.Errorf("%s: %v", c.code, err)
			continue
		}
		if again := e.Retry != fault.RetryNo; again != (c.class != fault.ClassCredential) || asked != 1 {
			t.Errorf("%s: retry %s, asked %d times", c.code, e.Retry, asked)
		}
	}
}

// A token has three parts. An answer of AWS without one is an error, and nothing is sent to Alibaba Cloud.
func TestOnlyATokenOfAWSIsExchanged(t *testing.T) {
	for token, want := range map[string]string{
		"header.claims.signature": "", "header.claims": fault.CodeCredentialsIncomplete, "header.claims.signature.more": fault.CodeCredentialsIncomplete, "": fault.CodeCredentialsIncomplete,
	} {
		var exchanged atomic.Bool
		s := atAWS(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("Action") == "AssumeRoleWithOIDC" {
				exchanged.Store(r.FormValue("OIDCToken") == token)
				io.WriteString(w, `{"Credentials":{"AccessKeyId":"STS.x","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2099-01-01T00:00:00Z"}}`)
				return
			}
			fmt.Fprintf(w, `<GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken>%s</WebIdentityToken></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`, token)
		})
		if _, err := s.Credentials(t.Context()); fault.Of(err).Code != want || exchanged.Load() != (want == "") {
			t.Errorf("%q: %v, exchanged %t", token, err, exchanged.Load())
		}
	}
}
