package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions/internal/runtimetest"
)

const uploadRules = `SENDBRIDGE_RULES=
rules:
  - name: firmware
    pattern: {source: [acs.oss], type: ["oss:ObjectCreated:PutObject"]}
    topic: firmware/${$.data.oss.bucket.name}
    payload: {template: '{"id": "${$.id}", "key": "${$.data.oss.object.key}", "size": ${$.data.oss.object.size}}'}
`

func upload(id string) string {
	return fmt.Sprintf(`{"events":[{"eventName":"ObjectCreated:PutObject","eventSource":"acs:oss","eventTime":"2026-11-01T12:00:00.000Z","eventVersion":"1.0","region":"cn-hangzhou",
		"oss":{"bucket":{"name":"locks","ownerIdentity":"1234567890123456"},"object":{"key":"v1/ü.bin","size":9007199254740993,"eTag":"E"}},"responseElements":{"requestId":%q}}]}`, id)
}

const uploaded = `{"id": "up-1", "key": "v1/ü.bin", "size": 9007199254740993}`

var roleKey = onstest.Key{ID: onstest.STSKeyID, Secret: onstest.STSKeySecret, Token: onstest.STSToken}

// fcSecrets are secrets that no log and no answer of these tests may contain.
var fcSecrets = []string{onstest.STSKeySecret, onstest.STSToken, "token-A", "token-B", "secret-A", "secret-B", "9007199254740993"}

func showsNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range fcSecrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q is shown: %.2000s", secret, text)
		}
	}
}

func TestGo1AnUploadReachesADevice(t *testing.T) {
	b := newBench(t)
	f := startGo1(t, b.fcEnviron(uploadRules))
	for range 2 { // the runtime may call the initializer twice
		if got := f.invoke(t, runtimetest.Initializer, "", roleKey); got.Failed {
			t.Fatalf("initializer: %+v", got)
		}
	}
	if got := f.invoke(t, runtimetest.Handle, upload("up-1"), roleKey); got.Failed || got.Body != `{"received":1,"sent":1}` {
		t.Fatalf("%+v\n%.4000s", got, f.log.String())
	}
	if topic, payload := b.receive(t); topic != "firmware/locks" || payload != uploaded {
		t.Errorf("the device got %s %s", topic, payload)
	}
	if got := f.invoke(t, runtimetest.PreStop, "", roleKey); got.Failed {
		t.Errorf("preStop: %+v", got)
	}
	showsNoSecret(t, f.log.String())
}

func TestGo1ReportsErrorsByTheirCode(t *testing.T) {
	b := newBench(t)
	f := startGo1(t, b.fcEnviron(uploadRules, "SENDBRIDGE_INSTANCE_ID=post-cn-another"))
	got := f.invoke(t, runtimetest.Handle, upload("up-1"), roleKey)
	for _, want := range []string{`"errorType":"InstancePermissionCheckFailed"`, "provider fc", "STS.***ator", "acs:ram::" + onstest.AccountID + ":role/" + onstest.RoleName} {
		if !got.Failed || !strings.Contains(got.Body, want) {
			t.Errorf("%+v, want %s", got, want)
		}
	}
	if got := f.invoke(t, runtimetest.Handle, `{"made":"up"}`, roleKey); !got.Failed || !strings.Contains(got.Body, `"errorType":"NoSource"`) {
		t.Errorf("%+v", got)
	}
	showsNoSecret(t, f.log.String()+got.Body)
}

// If the function's role was removed, the error says so and does not blame the event.
func TestGo1WithoutARole(t *testing.T) {
	b := newBench(t)
	f := startGo1(t, b.fcEnviron(uploadRules))
	if got := f.invoke(t, runtimetest.Handle, upload("up-1"), onstest.Key{}); !got.Failed || !strings.Contains(got.Body, "give the function a role") {
		t.Errorf("%+v", got)
	}
	if got := f.invoke(t, runtimetest.Handle, upload("up-1"), roleKey); got.Failed {
		t.Errorf("the role is back: %+v", got)
	}
}

func TestCustomRuntimeAnUploadReachesADevice(t *testing.T) {
	b := newBench(t)
	f := startCustom(t, b.fcEnviron(uploadRules))
	if status, _, _ := f.ask(t, "/initialize", http.MethodPost, "/initialize", "", roleKey); status != http.StatusOK {
		t.Errorf("initialize: %d", status)
	}
	status, fcStatus, answer := f.ask(t, "/invoke", http.MethodPost, "/invoke", upload("up-1"), roleKey)
	if status != http.StatusOK || fcStatus != "200" || answer != `{"received":1,"sent":1}` {
		t.Fatalf("%d %s %s\n%.4000s", status, fcStatus, answer, f.log.String())
	}
	if topic, payload := b.receive(t); topic != "firmware/locks" || payload != uploaded {
		t.Errorf("the device got %s %s", topic, payload)
	}
	if err := b.emulator.Fail(onstest.Fault{Code: "NoPermission"}); err != nil {
		t.Fatal(err)
	}
	status, fcStatus, answer = f.ask(t, "/invoke", http.MethodPost, "/invoke", upload("up-2"), roleKey)
	if status != http.StatusNotFound || fcStatus != "404" || !strings.Contains(answer, `"errorType":"NoPermission"`) {
		t.Errorf("a failure: %d %s %s", status, fcStatus, answer)
	}
	if status, _, _ := f.ask(t, "", http.MethodGet, "/pre-stop", "", roleKey); status != http.StatusOK {
		t.Errorf("pre-stop: %d", status)
	}
	f.stop()
	if log := f.log.String(); !strings.Contains(log, "FC Invoke End RequestId: req-custom, Error: Unhandled function error") {
		t.Errorf("%.4000s", log)
	}
	showsNoSecret(t, f.log.String()+answer)
}

func TestCustomRuntimeServesManyAtATime(t *testing.T) {
	b := newBench(t)
	f := startCustom(t, b.fcEnviron(uploadRules))
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			if status, fcStatus, answer := f.ask(t, "/invoke", http.MethodPost, "/invoke", upload(fmt.Sprint("many-", i)), roleKey); fcStatus != "200" {
				t.Errorf("%d: %d %s %s", i, status, fcStatus, answer)
			}
		})
	}
	wg.Wait()
	got := map[string]bool{}
	for range 32 {
		_, payload := b.receive(t)
		got[payload] = true
	}
	if len(got) != 32 {
		t.Errorf("%d messages", len(got))
	}
}

func TestCustomRuntimeHTTPTriggers(t *testing.T) {
	b := newBench(t)
	closed := startCustom(t, b.fcEnviron("SENDBRIDGE_RULES="+doorRules))
	status, _, answer := closed.ask(t, "/http-invoke", http.MethodPost, "/", door("1", "north"), roleKey, "Content-Type", "application/cloudevents+json")
	if status != http.StatusForbidden || !strings.Contains(answer, "SENDBRIDGE_AUTH") {
		t.Errorf("without SENDBRIDGE_AUTH: %d %s", status, answer)
	}
	open := startCustom(t, b.fcEnviron("SENDBRIDGE_RULES="+doorRules, "SENDBRIDGE_AUTH=bearer", "SENDBRIDGE_TOKEN=t"))
	if status, _, answer := open.ask(t, "/http-invoke", http.MethodPost, "/", door("1", "north"), roleKey, "Content-Type", "application/cloudevents+json", "Authorization", "Bearer t"); status != http.StatusNoContent {
		t.Errorf("%d %s", status, answer)
	}
	if topic, _ := b.receive(t); topic != "site/north/door" {
		t.Errorf("the device got %s", topic)
	}
}

// rotated returns two sets of credentials of the function's role.
func rotated(b *bench) (first, second onstest.Key) {
	first = onstest.Key{ID: "STS.rotated-A", Secret: "secret-A", Token: "token-A"}
	second = onstest.Key{ID: "STS.rotated-B", Secret: "secret-B", Token: "token-B"}
	b.emulator.SetKey(first)
	b.emulator.SetKey(second)
	return first, second
}

func TestAnInvocationBringsTheNextTriple(t *testing.T) {
	b := newBench(t)
	f := startGo1(t, b.fcEnviron(uploadRules))
	a, next := rotated(b)
	if got := f.invoke(t, runtimetest.Handle, upload("r-1"), a); got.Failed {
		t.Fatalf("%+v", got)
	}
	a.Expires = time.Now().Add(-time.Second)
	b.emulator.SetKey(a)
	if got := f.invoke(t, runtimetest.Handle, upload("r-2"), next); got.Failed {
		t.Errorf("%+v\n%.4000s", got, f.log.String())
	}
	showsNoSecret(t, f.log.String())
}

// Concurrent invocations have different credentials. The emulator rejects a mixture of two.
func TestTriplesOfInvocationsNeverMix(t *testing.T) {
	b := &bench{emulator: onstest.New(&onstest.Options{Quota: &onstest.Quota{}})}
	b.api = httptest.NewServer(b.emulator)
	defer b.api.Close()
	f := startCustom(t, b.fcEnviron(uploadRules))
	a, other := rotated(b)
	var wg sync.WaitGroup
	for worker, key := range []onstest.Key{a, other, a, other} {
		wg.Go(func() {
			for i := range 25 {
				if _, fcStatus, answer := f.ask(t, "/invoke", http.MethodPost, "/invoke", upload(fmt.Sprint("mix-", worker, "-", i)), key); fcStatus != "200" {
					t.Errorf("%s", answer)
				}
			}
		})
	}
	wg.Wait()
	if stats := b.emulator.Stats(); len(stats.Rejected) > 0 || stats.Accepted != 100 {
		t.Errorf("%+v", stats)
	}
}

func TestWithoutARuntimeItSaysWhatItIs(t *testing.T) {
	code, out := runBinary(t, binary(t, fcHandler), nil)
	if code != 1 || !strings.Contains(out, "FC_RUNTIME_API") || !strings.Contains(out, "FC_CUSTOM_LISTEN_PORT") {
		t.Errorf("%d %s", code, out)
	}
}
