package credential

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
)

// refusing serves an answer with a status.
func refusing(t *testing.T, status int, text string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// assuming opens a source that assumes a role at an STS, with a key or with a token.
func assuming(t *testing.T, kind, sts string) *Source {
	t.Helper()
	return open(t, kind, environment(varEndpoint, sts, varRole, aRole, varProvider, aProvider, varToken, "x.y.z", varKeyID, "k", varSecret, "s"))
}

// The same code means something else for a key than for a token of another cloud.
func TestWhatToCheckAfterARefusalOfSTS(t *testing.T) {
	const (
		key   = KindRAMRoleARN
		token = KindOIDCRoleARN
	)
	for _, c := range []struct{ kind, code, says, actor, want string }{
		{key, "InvalidSecurityToken.Expired", "", fault.ActorYou, "that the credentials are complete, from one refresh"},
		{token, "InvalidParameter.Expired", "", fault.ActorYou, "the issuance limit time of the OIDC provider"},
		{key, "AuthenticationFail.OIDCToken.Expired", "", fault.ActorYou, "the issuance limit time of the OIDC provider"},
		{key, "InvalidParameter.Audience", "", fault.ActorYou, "the ARNs and the session name"},
		{token, "InvalidParameter.Audience", "", fault.ActorRole, "that SENDBRIDGE_OIDC_AUDIENCE is among the client ids"},
		{token, "InvalidParameter.ClientId", "", fault.ActorRole, "that SENDBRIDGE_OIDC_AUDIENCE is among the client ids"},
		{token, "InvalidParameter.Issuer", "", fault.ActorRole, "that the OIDC provider's issuer URL"},
		{token, "AuthenticationFail.OIDCToken.Invalid", "the iat is too old", fault.ActorYou, "this machine's clock"},
		{token, "AuthenticationFail.OIDCToken.Invalid", "", fault.ActorRole, "that the OIDC provider's issuer URL"},
		{token, "AuthenticationFail.Fingerprint", "", fault.ActorRole, "the CA fingerprints"},
		{key, "NoPermission", "", fault.ActorRole, "that the role's trust policy names the caller as principal"},
		{token, "NoPermission", "", fault.ActorRole, "that oidc:sub in the role's trust policy is the ARN"},
		{key, "EntityNotExist.Role", "", fault.ActorRole, "that the role and the provider"},
		{key, "Role.NotFound", "", fault.ActorRole, "that the role and the provider"},
		{key, "InvalidAccessKeyId.NotFound", "", fault.ActorYou, "are a complete and enabled key"},
		{key, "Forbidden.AccessKeyDisabled", "", fault.ActorYou, "are a complete and enabled key"},
		{key, "InvalidTimeStamp.Expired", "", fault.ActorYou, "STS allows 15 minutes"},
		{key, "InvalidParameter.DurationSeconds", "", fault.ActorRole, "the role's maximum session duration"},
		{key, "SignatureDoesNotMatch", "", fault.ActorYou, "it does not belong to the AccessKeyId"},
	} {
		_, err := assuming(t, c.kind, refusing(t, 400, `{"Code":"`+c.code+`","Message":"`+c.says+`"}`)).Credentials(t.Context())
		if e, _ := err.(*Error); e == nil || e.Code != c.code || e.Actor != c.actor || e.Retry != fault.RetryNo || !strings.Contains(e.Advice, c.want) {
			t.Errorf("%s, %s: %v, want %s: %s", c.kind, c.code, err, c.actor, c.want)
		}
	}
}

// Faults of STS itself are retried, the smallest status of a server included. A status without a code and a request id is
// shown as it is.
func TestFaultsOfSTSItself(t *testing.T) {
	for status, c := range map[int]struct{ class, retry, want string }{
		499: {fault.ClassCredential, fault.RetryNo, "rejected sts:AssumeRole with HTTP499 (status 499); check"},
		500: {fault.ClassTransient, fault.RetryBackoff, "rejected sts:AssumeRole with HTTP500 (status 500); check"},
		429: {fault.ClassThrottled, fault.RetryBackoff, "rejected sts:AssumeRole with HTTP429 (status 429); check"},
	} {
		_, err := assuming(t, KindRAMRoleARN, refusing(t, status, "")).Credentials(t.Context())
		if e, _ := err.(*Error); e == nil || e.Class != c.class || e.Retry != c.retry || !strings.Contains(e.Error(), c.want) {
			t.Errorf("%d: %v, want %s, %s, %s", status, err, c.class, c.retry, c.want)
		}
	}
}

// Only a text that can be a code or a request id is shown as one: a token or a sentence of an unknown service is not.
func TestWhatCanBeACode(t *testing.T) {
	long := strings.Repeat("x", 80)
	for _, text := range []string{"", "InvalidAccessKeyId.NotFound", "azAZ09._-", "F3C9D2A1-0000-4B7E", long} {
		if got := word(text); got != text {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{long + "x", "eyJhbGciOi", "two words", "a/b", "a:b", "a@b", "a[b", "a`b", "a{b", "é"} {
		if got := word(text); got != "" {
			t.Errorf("%q is shown: %q", text, got)
		}
	}
}

// A server that accepts connections and then says nothing holds a fetch for five seconds.
func TestAnSTSThatSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := newTransport()
		transport.Proxy = nil
		client, server := net.Pipe()
		defer server.Close()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return client, nil }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://sts.aliyuncs.com/", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = transport.RoundTrip(r)
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(began) != 5*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
