package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/awslambda"
	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/credential"
	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// An assumed is an app with the credentials of a role, assumed at the emulator's STS.
type assumed struct {
	app      *functions.App
	emulator *onstest.Handler
	log      lockedBuffer
	assumes  atomic.Int64 // calls of AssumeRole
	sends    atomic.Int64 // calls of SendMessage
	onSend   func(n int64)
	inSTS    http.HandlerFunc // replaces the emulator's STS unless nil
	heard    overheard
}

func (a *assumed) serve(w http.ResponseWriter, r *http.Request) {
	action := r.Header.Get("X-Acs-Action")
	switch {
	case action == "SendMessage":
		if n := a.sends.Add(1); a.onSend != nil {
			a.onSend(n)
		}
	case a.inSTS != nil:
		a.inSTS(w, r)
		return
	case action == "AssumeRole":
		a.assumes.Add(1)
	}
	a.emulator.ServeHTTP(w, r)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newAssumed serves both services over an in-process wire, so that a test may use virtual time.
func newAssumed(t *testing.T, settings ...string) *assumed {
	t.Helper()
	a := &assumed{emulator: onstest.New(&onstest.Options{Quota: &onstest.Quota{}})}
	wire := onWire(t, a.heard.listen(http.HandlerFunc(a.serve)))
	wire.DialContext = reaching(wire.DialContext)
	environ := append([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1", "SENDBRIDGE_RULES=" + faultRules, "SENDBRIDGE_RATE=0", "SENDBRIDGE_SIGNATURE=v3",
		"SENDBRIDGE_CREDENTIALS=ram_role_arn", "ALIBABA_CLOUD_STS_ENDPOINT=http://127.0.0.1:1", "ALIBABA_CLOUD_ROLE_ARN=" + onstest.Role{Name: onstest.RoleName}.ARN(),
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
	}, settings...)
	config, rules, parts, err := functions.FromEnvironment(environ, &a.log)
	if err != nil {
		t.Fatal(err)
	}
	parts.Transport = wire
	parts.Credentials, err = credential.Open(config.Credentials, parts.Environ, &credential.Options{Audience: config.OIDCAudience, Transport: wire})
	if err != nil {
		t.Fatal(err)
	}
	if a.app, err = functions.New(config, rules, parts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.app.Close)
	return a
}

func faultEvent(id string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/s","type":"t","data":{"n":7}}`, id)
}

// post delivers an event over HTTP and returns the problem's detail with Options.Details, or an empty string for a success.
// It checks that the detail without them contains nothing internal.
func (a *assumed) post(t *testing.T, id string) (detail string) {
	t.Helper()
	w := httptest.NewRecorder()
	webhook.New(func(ctx context.Context, records []core.Record) []core.Result {
		results := a.app.Bridge.Deliver(ctx, records)
		stranger := httptest.NewRecorder()
		webhook.Answer(stranger, results)
		tellsStrangersNothing(t, stranger.Body.String())
		return results
	}, &webhook.Options{Details: true}).ServeHTTP(w, structuredRequest(faultEvent(id)))
	if w.Code == http.StatusNoContent {
		return ""
	}
	var problem struct{ Detail string }
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.Detail == "" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return problem.Detail
}

// invoke delivers an event as a function does.
func (a *assumed) invoke(t *testing.T, id string) error {
	t.Helper()
	_, err := awslambda.New(a.app.Bridge.Deliver, nil).Invoke(t.Context(), []byte(faultEvent(id)))
	return err
}

// logged returns the error in the last line of an event.
func (a *assumed) logged(t *testing.T) string {
	t.Helper()
	var last string
	for line := range strings.Lines(a.log.String()) {
		var event struct{ Msg, Error string }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		if event.Msg == "event" {
			last = event.Error
		}
	}
	return last
}

// Each error of the API has the same text in the log, in an answer and for a runtime.
func TestEachCodeIsReportedAlikeEverywhere(t *testing.T) {
	codes := onsmqtt.Codes()
	codes = append(codes, onsmqtt.Code{Name: "InvalidParameter.MqttTopic", Status: 400, Class: "message"})
	reported := 0
	for _, code := range codes {
		if code.Status == 0 || code.Prefix {
			continue
		}
		reported++
		t.Run(code.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { codeIsTold(t, code) })
		})
	}
	if reported < 40 {
		t.Errorf("%d codes", reported)
	}
}

func codeIsTold(t *testing.T, code onsmqtt.Code) {
	t.Helper()
	a := newAssumed(t, "SENDBRIDGE_TIMEOUT=250ms")
	if err := a.emulator.Fail(onstest.Fault{Code: code.Name, Times: 1000}); err != nil {
		t.Fatal(err)
	}
	wants := []string{"sendmessage: " + code.Name + ": ", "(status ", "request "}
	if code.Class == fault.ClassCredential {
		wants = append(wants, "credentials: provider ram_role_arn, AccessKeyId STS.***", ", age ", " left, generation ",
			"caller: "+onstest.Role{Name: onstest.RoleName}.ARN()+", account "+onstest.AccountID, "refresh: ", "check, the most likely first: (1) ")
	}
	a.reportedEverywhere(t, wants...)
}

func TestCheckAccountInfoFailedInDepth(t *testing.T) {
	synctest.Test(t, checkAccountInfoFailedInDepth)
}

func checkAccountInfoFailedInDepth(t *testing.T) {
	a := newAssumed(t, "SENDBRIDGE_TIMEOUT=250ms")
	if err := a.emulator.Fail(onstest.Fault{Code: "CheckAccountInfoFailed", Times: 1000}); err != nil {
		t.Fatal(err)
	}
	detail := a.post(t, "1")
	for _, want := range []string{
		"CheckAccountInfoFailed: An error occurred while checking the account information by the STS token.", "(status 400, request ",
		"provider ram_role_arn, AccessKeyId STS.***", " left, generation 2", // the refreshed triple
		"acs:ram::1000000000000001:role/emulator, account 1000000000000001", "it returned other credentials, which were used",
		"(1) acs:ram::1000000000000001:role/emulator or its policies were deleted or changed", "(2) the instance belongs to another account", "(4) a temporary fault",
	} {
		if !strings.Contains(detail, want) {
			t.Errorf("%s\nwants %q", detail, want)
		}
	}
	if n := a.assumes.Load(); n != 2 {
		t.Errorf("%d times assumed: once at first, and once by force", n)
	}
}

// A token may expire at any moment. No event fails that a new token would have saved, and all share one refresh.
func TestATokenThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAssumed(t)
		for i := range 3 {
			if detail := a.post(t, fmt.Sprint(i)); detail != "" {
				t.Error(detail)
			}
			if err := a.emulator.Change(onstest.Change{Expire: []string{"*"}}); err != nil {
				t.Fatal(err)
			}
		}
		if n := a.assumes.Load(); n != 3 {
			t.Errorf("%d times assumed", n)
		}
	})
}

func TestATokenThatEndsInABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAssumed(t, "SENDBRIDGE_CONCURRENCY=4")
		a.onSend = func(n int64) {
			if n == 20 {
				a.emulator.Change(onstest.Change{Expire: []string{"*"}})
			}
		}
		a.post(t, "first")
		var records []core.Record
		for i := range 100 {
			e, err := cloudevent.DecodeEvent([]byte(faultEvent(fmt.Sprint("b-", i))))
			records = append(records, core.Record{Event: e, Err: err})
		}
		for i, r := range a.app.Bridge.Deliver(t.Context(), records) {
			if r.Outcome != core.Sent {
				t.Errorf("%d: %v", i, r.Err)
			}
		}
		if n := a.assumes.Load(); n != 2 {
			t.Errorf("%d times assumed", n)
		}
	})
}

// The error about a deleted role contains the texts of the API and of STS. TestCallsForARoleThatIsGone counts the calls.
func TestARevokedRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newRole(t)
		deliver := func(id string) core.Result {
			e, err := cloudevent.DecodeEvent([]byte(faultEvent(id)))
			if err != nil {
				t.Fatal(err)
			}
			return s.app.Bridge.Deliver(t.Context(), []core.Record{{Event: e}})[0]
		}
		if r := deliver("0"); r.Err != nil {
			t.Fatal(r.Err)
		}
		s.emulator.Change(onstest.Change{Delete: []string{onstest.RoleName}})
		err := deliver("1").Err
		for _, want := range []string{"CheckAccountInfoFailed", "EntityNotExist.Role", onstest.RoleName} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
		for i := range 20 {
			deliver(fmt.Sprint("more-", i))
		}
		if s.app.Breaker() != "open" {
			t.Error(s.app.Breaker())
		}
		s.emulator.Change(onstest.Change{Restore: []string{onstest.RoleName}})
		time.Sleep(time.Minute) // the longest wait before the next probe
		if r := deliver("back"); r.Err != nil || s.app.Breaker() != "closed" {
			t.Errorf("%v, %s", r.Err, s.app.Breaker())
		}
	})
}
