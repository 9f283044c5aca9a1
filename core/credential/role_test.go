package credential

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onstest"
	"sendbridge/core/onstest/awssts"
)

// An account is an emulator of STS with a role for a key and for the tokens of a fake AWS STS.
type account struct {
	emulator *onstest.Handler
	aws      *awssts.Service
	url      string
	inURL    atomic.Value // the queries of all requests
	token    atomic.Value // the last one received
}

func newAccount(t *testing.T) *account {
	t.Helper()
	aws, err := awssts.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &account{aws: aws, emulator: onstest.New(&onstest.Options{
		Roles:     []onstest.Role{{Name: "pod", Trust: []onstest.Trust{{Provider: "aws"}}}},
		Providers: []onstest.OIDCProvider{{Name: "aws", Issuer: awssts.Issuer, ClientIDs: []string{"ack"}, Keys: onstest.JWKS{awssts.KeyID: aws.PublicKey()}}},
	})}
	a.inURL.Store("")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.inURL.Store(a.inURL.Load().(string) + r.RequestURI)
		body, _ := io.ReadAll(r.Body)
		if form, err := url.ParseQuery(string(body)); err == nil {
			a.token.Store(form.Get("OIDCToken"))
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		a.emulator.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// A role is assumed with a key: the test checks the signed call, the credentials, their expiry and their owner.
func TestARoleIsAssumedWithAKey(t *testing.T) {
	a := newAccount(t)
	s := open(t, KindRAMRoleARN, environment(varEndpoint, a.url, varKeyID, onstest.AccessKeyID, varSecret, onstest.AccessKeySecret,
		varRole, onstest.Role{Name: onstest.RoleName}.ARN(), varSession, "unit"))
	c, err := s.Credentials(t.Context())
	if err != nil || !strings.HasPrefix(c.AccessKeyID, "STS.") || c.AccessKeySecret == "" || c.SecurityToken == "" {
		t.Fatalf("%s, %v", c, err)
	}
	if left := s.Status().Left; left < 59*time.Minute || left > time.Hour {
		t.Errorf("%s left", left)
	}
	i, err := s.Identity(t.Context())
	want := Identity{Account: onstest.AccountID, ARN: "acs:ram::" + onstest.AccountID + ":assumed-role/emulator/unit", Principal: i.Principal, Type: "AssumedRoleUser", RequestID: i.RequestID}
	if err != nil || i != want || i.Role() != (onstest.Role{Name: onstest.RoleName}).ARN() || i.RequestID == "" {
		t.Errorf("%+v, %v", i, err)
	}
}

// STS's answers have about a thousand bytes. Of a longer one 64 KiB are read.
func TestAnAnswerOfSTSHasUpTo64KiB(t *testing.T) {
	for size, want := range map[int]bool{65536: true, 65537: false} {
		const head, tail = `{"Credentials":{"AccessKeyId":"STS.1","AccessKeySecret":"secret","SecurityToken":"token","Expiration":"2126-01-01T00:00:00Z"},"More":"`, `"}`
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, head+strings.Repeat("x", size-len(head+tail))+tail)
		}))
		s := open(t, KindRAMRoleARN, environment(varEndpoint, server.URL, varKeyID, onstest.AccessKeyID, varSecret, onstest.AccessKeySecret,
			varRole, onstest.Role{Name: onstest.RoleName}.ARN()))
		if c, err := s.Credentials(t.Context()); (err == nil && c.AccessKeyID == "STS.1") != want {
			t.Errorf("%d bytes: %v", size, err)
		}
		server.Close()
	}
}

// A permanent error of STS is not retried until somebody acts; a temporary one is.
func TestPermanentErrorsOfSTSAreNotRetried(t *testing.T) {
	a := newAccount(t)
	environ := environment(varEndpoint, a.url, varKeyID, onstest.AccessKeyID, varSecret, onstest.AccessKeySecret, varRole, "acs:ram::1:role/gone")
	_, err := open(t, KindRAMRoleARN, environ).Credentials(t.Context())
	e, _ := err.(*Error)
	if e == nil || e.Code != "EntityNotExist.Role" || e.Retry != fault.RetryNo || e.Actor != fault.ActorRole || e.Class != fault.ClassCredential || e.RequestID == "" || e.Reach != fault.NotSent {
		t.Errorf("%v", err)
	}
	environ[varEndpoint] = "http://127.0.0.1:1"
	_, err = open(t, KindRAMRoleARN, environ).Credentials(t.Context())
	if e, _ = err.(*Error); e == nil || e.Code != fault.CodeSTSUnreachable || e.Retry != fault.RetryBackoff || e.Class != fault.ClassTransient {
		t.Errorf("%v", err)
	}
}

// A token in a file is replaced from time to time, often with a line end, which credentials-go would send.
func TestTheTokenIsReadAnewAndTrimmed(t *testing.T) {
	a := newAccount(t)
	file := filepath.Join(t.TempDir(), "token")
	s := open(t, KindOIDCRoleARN, environment(varEndpoint, a.url, varTokenFile, file,
		varRole, onstest.Role{Name: "pod"}.ARN(), varProvider, onstest.OIDCProvider{Name: "aws"}.ARN()))
	if _, err := s.Credentials(t.Context()); err == nil || !containsAll(err.Error(), varTokenFile, file, "mounted") {
		t.Errorf("without the file: %v", err)
	}
	s.now = func() time.Time { return time.Now().Add(coolDown) }
	var first string
	for n := range 2 {
		token := a.aws.Token("ack", time.Minute)
		if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if c, err := s.Credentials(t.Context()); err != nil {
				t.Fatal(err)
			} else {
				first = c.AccessKeyID
			}
			continue
		}
		if err := s.Refresh(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if got := a.token.Load(); got != token {
			t.Errorf("sent %q, want %q", got, token)
		}
	}
	if c, err := s.Credentials(t.Context()); err != nil || c.AccessKeyID == first {
		t.Errorf("%s, %v", c, err)
	}
	if uris := a.inURL.Load().(string); strings.Contains(uris, "eyJ") || !strings.Contains(uris, "Action=AssumeRoleWithOIDC") {
		t.Errorf("in URLs: %s", uris)
	}
}

// The error names the missing part of an answer, and shows no other part.
func TestAnAnswerOfSTSThatIsNotWhole(t *testing.T) {
	for _, body := range []string{
		`{"Credentials":{"AccessKeyId":"STS.x","AccessKeySecret":"very-secret","SecurityToken":"very-token"}}`,
		`{"Credentials":{"AccessKeyId":"STS.x","AccessKeySecret":"very-secret","Expiration":"2026-11-22T00:00:00Z"}}`,
		`{"Credentials":{"AccessKeyId":"STS.x","AccessKeySecret":"very-secret","SecurityToken":"very-token","Expiration":"soon"}}`,
		`{"Credentials":null}`,
		`<html>very-secret</html>`,
		``,
	} {
		s := open(t, KindRAMRoleARN, environment(varEndpoint, answering(t, body), varKeyID, "k", varSecret, "s", varRole, "acs:ram::1:role/x"))
		if _, err := s.Credentials(t.Context()); fault.Of(err).Code != fault.CodeCredentialsIncomplete || strings.Contains(err.Error(), "very-") {
			t.Errorf("%q: %v", body, err)
		}
	}
}
