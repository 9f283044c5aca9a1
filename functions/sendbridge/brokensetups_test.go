package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sendbridge/core/onstest"
)

// A brokenSetup is a doctor with one planted fault.
type brokenSetup struct {
	fault   string
	options onstest.Options                    // of the emulator
	plant   func(*testing.T, *onstest.Handler) // a fault that options cannot express
	environ []string
	topic   string
	line    string // the beginning of the first line
	exit    int
	process bool // doctor is a process of its own
}

// The first line of doctor and its exit code name the planted fault.
func TestDoctorOfBrokenSetups(t *testing.T) {
	const role = "acs:ram::" + onstest.AccountID + ":role/" + onstest.RoleName
	key := []string{"SENDBRIDGE_CREDENTIALS=access_key", "ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret, "ALIBABA_CLOUD_SECURITY_TOKEN="}
	asRole := append([]string{"SENDBRIDGE_CREDENTIALS=ram_role_arn", "ALIBABA_CLOUD_ROLE_ARN=" + role}, key[1:]...)
	with := func(base []string, more ...string) []string { return append(append([]string{}, base...), more...) }
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer html.Close()
	for _, b := range []brokenSetup{
		{fault: "nothing", environ: key, line: "all is well", exit: 0, process: true},
		{fault: "no instance id", environ: with(key, "SENDBRIDGE_INSTANCE_ID="), line: "configuration: configuration, you have to act", exit: 1},
		{fault: "a misspelled setting", environ: with(key, "SENDBRIDGE_RATES=1"), line: "configuration: ", exit: 1},
		{fault: "a region that does not exist", environ: with(key, "SENDBRIDGE_ENDPOINT=", "SENDBRIDGE_REGION=cn-hangzhuo"), line: "configuration: ", exit: 1},
		{fault: "rules that are wrong", environ: with(key, "SENDBRIDGE_TOPIC=", "SENDBRIDGE_RULES=rules: 1"), line: "rules: configuration, you have to act: fix the rules", exit: 1},
		{fault: "no key at all", environ: with(key, "ALIBABA_CLOUD_ACCESS_KEY_ID=", "ALIBABA_CLOUD_ACCESS_KEY_SECRET="), line: "credentials: configuration, you have to act", exit: 1},
		{fault: "a wrong secret", environ: with(key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=other"), line: "identity: SignatureDoesNotMatch, you have to act: check ALIBABA_CLOUD_ACCESS_KEY_SECRET: it does not belong to the AccessKeyId", exit: 6},
		{fault: "a key that does not exist", environ: with(key, "ALIBABA_CLOUD_ACCESS_KEY_ID=LTAInobody"), line: "identity: InvalidAccessKeyId.NotFound, you have to act", exit: 6},
		{fault: "a key that was disabled", environ: with(key, "ALIBABA_CLOUD_ACCESS_KEY_ID=LTAIdisabled"),
			options: onstest.Options{Keys: []onstest.Key{{ID: "LTAIdisabled", Secret: onstest.AccessKeySecret, Status: onstest.Inactive}}}, line: "identity: InvalidAccessKeyId.Inactive, you have to act", exit: 6},
		{fault: "a token that has ended", plant: changed(onstest.Change{Expire: []string{"*"}}), line: "identity: InvalidSecurityToken.Expired, you have to act", exit: 6},
		{fault: "a role that was deleted", environ: asRole, plant: changed(onstest.Change{Delete: []string{onstest.RoleName}}), line: "credentials: EntityNotExist.Role, the administrator of the RAM role has to act", exit: 6},
		{fault: "a role without permission", environ: asRole, plant: changed(onstest.Change{Deny: []string{onstest.RoleName}}), line: "permission: NoPermission, the administrator of the RAM role has to act", exit: 7, process: true},
		{fault: "STS out of reach", environ: with(asRole, "ALIBABA_CLOUD_STS_ENDPOINT=http://127.0.0.1:1"), line: "credentials: STSUnreachable, you have to act", exit: 5},
		{fault: "nothing listens", environ: with(key, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1"), line: "connection: EndpointRefused, you have to act", exit: 9},
		{fault: "another program answers", environ: with(key, "SENDBRIDGE_ENDPOINT="+html.URL), line: "permission: HTTP502, ", exit: 5},
		{fault: "a clock that is off", options: onstest.Options{Now: func() time.Time { return time.Now().Add(20 * time.Minute) }}, environ: key, line: "clock: clock, you have to act", exit: 8},
		{fault: "another's instance", environ: with(key, "SENDBRIDGE_INSTANCE_ID=post-cn-of-others"), line: "instance: configuration, you have to act: set SENDBRIDGE_INSTANCE_ID", exit: 1},
		{fault: "an instance that is overdue", environ: key, options: detailed(2), line: "instance: unsupported, you have to act: renew", exit: 9},
		{fault: "an instance that is frozen", environ: key, options: detailed(15), line: "instance: unsupported, you have to act: renew", exit: 9},
		{fault: "an instance that is being upgraded", environ: key, options: detailed(7), line: "instance: transient, you have to act: wait", exit: 5},
		{fault: "another's instance, and no right to list", environ: with(key, "SENDBRIDGE_INSTANCE_ID=post-cn-of-others"), options: detailed(onstest.NoListing), line: "permission: InstancePermissionCheckFailed, the administrator of the RAM role has to act", exit: 7},
		{fault: "a parent topic that does not exist", environ: key, options: onstest.Options{Topics: []string{"others"}}, topic: "events/doctor", line: "message: PermissionCheckFailed, the administrator of the RAM role has to act: create the parent topic", exit: 7},
		{fault: "a topic that is not legal", environ: key, topic: "events/#", line: "sendbridge: error: --topic: topic \"events/#\"", exit: 1},
		{fault: "throttling", environ: key, plant: failing("Throttling.User"), line: "permission: Throttling.User, ", exit: 4},
	} {
		t.Run(b.fault, func(t *testing.T) { b.examine(t) })
	}
}

func (b *brokenSetup) examine(t *testing.T) {
	emulator := onstest.New(&b.options)
	server := httptest.NewServer(emulator)
	defer server.Close()
	if b.plant != nil {
		b.plant(t, emulator)
	}
	args := []string{"doctor"}
	if b.topic != "" {
		args = append(args, "--topic", b.topic)
	}
	environ := append((&bench{api: server}).environ("SENDBRIDGE_TOPIC=events/x"), b.environ...)
	code, out := answerOf(t, b.process, "", environ, args...)
	first, _, _ := strings.Cut(out, "\n")
	if !strings.HasPrefix(first, b.line) || code != b.exit {
		t.Errorf("exit code %d, want %d, and %q first:\n%s", code, b.exit, b.line, out)
	}
	step, _, _ := strings.Cut(b.line, ":")
	if b.exit != 0 && !strings.HasPrefix(first, "sendbridge: error: ") && !strings.Contains(out, "doctor found a fault of class ") || b.exit == 0 && strings.Contains(out, "doctor found a fault") {
		t.Errorf("the last line of %s is not of %s:\n%s", b.fault, step, out)
	}
	for _, secret := range []string{onstest.AccessKeySecret, onstest.STSKeySecret, onstest.STSToken} {
		if strings.Contains(out, secret) {
			t.Errorf("the output shows the secret %q:\n%s", secret, out)
		}
	}
}

func changed(c onstest.Change) func(*testing.T, *onstest.Handler) {
	return func(t *testing.T, h *onstest.Handler) {
		if err := h.Change(c); err != nil {
			t.Fatal(err)
		}
	}
}

func failing(code string) func(*testing.T, *onstest.Handler) {
	return func(t *testing.T, h *onstest.Handler) {
		// the first is the request without a signature, which any answer will do for
		if err := h.Fail(onstest.Fault{Code: code, Times: 10}); err != nil {
			t.Fatal(err)
		}
	}
}

func detailed(status int) onstest.Options {
	return onstest.Options{Details: map[string]onstest.InstanceDetails{onstest.Instance: {Status: status}}}
}
