package credential

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// An apiError is an error of the API.
type apiError struct{ code, class string }

func (e *apiError) Error() string         { return "sendmessage: " + e.code }
func (e *apiError) Describe() fault.Fault { return fault.Fault{Class: e.class, Code: e.code} }

var accountFailed = &apiError{"CheckAccountInfoFailed", fault.ClassCredential}

// inOrder fails the test unless text has all of these one after another.
func inOrder(t *testing.T, text string, wants ...string) {
	t.Helper()
	rest := text
	for _, want := range wants {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Errorf("no %q, in its place, in\n%s", want, text)
			return
		}
		rest = after
	}
}

func TestWhatIsKnownIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{lives: time.Hour}
		s := New("aws", m.fetch)
		d := &desk{}
		s.ask = d.ask
		get(t, s)
		time.Sleep(10 * time.Minute)
		err := s.Explain(t.Context(), accountFailed)
		inOrder(t, err.Error(), "sendmessage: CheckAccountInfoFailed; credentials: provider aws, AccessKeyId ***, age 10m0s, 50m0s left, generation 1; caller: acs:ram::1:role/bridge, account 1; refresh: none was tried; check, the most likely first: ",
			"(1) acs:ram::1:role/bridge or its policies were deleted or changed", "(2) the instance belongs to another account, or to the other site", "account 1", "(3) the API cannot resolve", "(4) a temporary fault")
		if !errors.Is(err, accountFailed) || fault.Of(err).Code != "CheckAccountInfoFailed" {
			t.Error("the API's own error is lost")
		}
		if err := s.Refresh(t.Context(), accountFailed); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		inOrder(t, s.Explain(t.Context(), accountFailed).Error(), "age 2s, ", "generation 2", "refresh: 2s ago, it returned other credentials, which were used")
		m.fails.Store(true)
		s.Refresh(t.Context(), accountFailed)
		inOrder(t, s.Explain(t.Context(), accountFailed).Error(), "refresh: 0s ago, it failed: no credentials from mint: Broken")
	})
}

// Credentials have expired at their end, not only after it.
func TestTheLifeOfCredentialsInAStatus(t *testing.T) {
	end := time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		temporary bool
		expires   time.Time
		left      time.Duration
		want      string
	}{
		{false, time.Time{}, 0, "no end"},
		{true, time.Time{}, 0, "life unknown"},
		{true, end, time.Second, "1s left"},
		{true, end, 0, "expired 0s ago"},
		{true, end, -90 * time.Second, "expired 1m30s ago"},
	} {
		st := Status{Provider: "sts", AccessKeyID: "***", Generation: 1, Age: time.Minute, Temporary: c.temporary, Expires: c.expires, Left: c.left}
		if got, want := st.String(), "provider sts, AccessKeyId ***, age 1m0s, "+c.want+", generation 1"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Credentials that STS rejects, too, are invalid, whatever the API's code.
func TestSTSHasTheLastWord(t *testing.T) {
	s := Fixed(KindSTS, triple("1"))
	refused := newFault(KindSTS, "InvalidSecurityToken.Expired", "")
	refused.Cloud = alibabaCloud
	s.ask = (&desk{err: refused}).ask
	s.Refresh(t.Context(), accountFailed)
	inOrder(t, s.Explain(t.Context(), accountFailed).Error(), "provider sts", "life unknown", "caller: unknown, sts:GetCallerIdentity: InvalidSecurityToken.Expired",
		"the credentials did not change", "(1) the credentials are no longer valid, STS rejects them, too: credentials in the environment are not renewed")
}

// A wrong secret is recognised by its own codes, whatever STS says. For a key without a token, the text does not mention
// tokens and renewals.
func TestAWrongSecretComesFirst(t *testing.T) {
	mismatch := &onsmqtt.Error{Code: "SignatureDoesNotMatch", Status: 400}
	refused := newFault(KindAccessKey, "SignatureDoesNotMatch", "")
	refused.Cloud = alibabaCloud
	for name, answer := range map[string]error{"STS refuses as well": refused, "STS knows the caller": nil} {
		key := Fixed(KindAccessKey, onsmqtt.Credentials{AccessKeyID: "LTAI5tExampleKey0001", AccessKeySecret: "s"})
		key.ask = (&desk{err: answer}).ask
		text := key.Explain(t.Context(), mismatch).Error()
		inOrder(t, text, "check, the most likely first: (1) the secret does not belong to the AccessKeyId, or is incomplete: compare "+varKeyID+" and "+varSecret)
		for _, never := range []string{"renew", "refresh", "triple", "token", "no longer valid", "TOKEN"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: %q in %s", name, never, text)
			}
		}
	}
	temporary := Fixed(KindSTS, triple("1"))
	temporary.ask = (&desk{err: refused}).ask
	inOrder(t, temporary.Explain(t.Context(), mismatch).Error(), "(1) the secret does not belong to the AccessKeyId, or is incomplete: compare "+varKeyID+", _ACCESS_KEY_SECRET and _SECURITY_TOKEN")
}

// The first error is explained, not its consequence: the explanation of a breaker's rejection is about the error that
// opened it.
func TestTheFirstErrorIsExplained(t *testing.T) {
	s := Fixed(KindAccessKey, onsmqtt.Credentials{AccessKeyID: "LTAI5tExampleKey0001", AccessKeySecret: "s"})
	for code, want := range map[string]string{
		"InvalidAccessKeyId.NotFound":  "(1) the key was deleted or disabled",
		"InvalidSecurityToken.Expired": "(1) the token has expired or does not belong to the key: put another key",
		"SignatureDoesNotMatch":        "(1) the secret does not belong to the AccessKeyId, or is incomplete: compare ALIBABA_CLOUD_ACCESS_KEY_ID",
		"SomethingNew":                 "(1) compare ALIBABA_CLOUD_ACCESS_KEY_ID",
	} {
		stopped := &stoppedError{&apiError{code, fault.ClassCredential}}
		err := s.Explain(t.Context(), fmt.Errorf("again: %w", stopped))
		inOrder(t, err.Error(), "AccessKeyId LTAI***0001", "no end", "caller: unknown", want)
	}
}

type stoppedError struct{ cause error }

func (e *stoppedError) Error() string { return "stopped" }
func (e *stoppedError) Unwrap() error { return e.cause }
func (e *stoppedError) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassCredential, Code: fault.CodeCredentialsRefused}
}

// An error of class permission names the caller; errors of other classes stay as they are.
func TestOtherErrorsStayAsTheyAre(t *testing.T) {
	s := Fixed(KindAccessKey, triple("1"))
	s.ask = (&desk{}).ask
	inOrder(t, s.Explain(t.Context(), &apiError{"NoPermission", fault.ClassPermission}).Error(), "caller: acs:ram::1:role/bridge, account 1")
	for _, err := range []error{nil, errors.New("x"), &apiError{"Throttling", fault.ClassThrottled}} {
		if got := s.Explain(t.Context(), err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
	none := newHost(onsmqtt.Credentials{})
	_, err := none.Credentials(t.Context())
	if got := none.Explain(t.Context(), err); got != err {
		t.Errorf("without a triple there is nothing to add: %v", got)
	}
}
