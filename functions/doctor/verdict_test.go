package doctor

import (
	"strings"
	"testing"
	"time"

	"sendbridge/core/credential"
	"sendbridge/core/onstest"
)

// An unreachable STS may recover. A wrong secret does not, so the verdict is about the secret.
func TestAWrongSecretCountsMoreThanAnSTSOutOfReach(t *testing.T) {
	w := newWard(t, nil)
	w.environ["ALIBABA_CLOUD_STS_ENDPOINT"] = "http://127.0.0.1:1"
	w.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "not-the-secret"
	r := w.doctor(t, "")
	if s := stepOf(t, r, stepIdentity); s.Class != "transient" || s.Command != "curl -sv -o /dev/null http://127.0.0.1:1" {
		t.Errorf("%+v", s)
	}
	if s := stepOf(t, r, stepPermission); s.Class != "credential" || s.Command != "env | grep -o '^ALIBABA_CLOUD_[A-Z_]*'" {
		t.Errorf("%+v", s)
	}
	if s, _ := r.Worst(); s.Name != stepPermission || r.Class() != "credential" || r.ExitCode() != 6 || !strings.Contains(string(r.JSON()), `"class":"credential","exitCode":6,`) {
		t.Errorf("worst %s, class %s, exit code %d, %s", s.Name, r.Class(), r.ExitCode(), r.JSON())
	}
}

// A RAM user lacks a permission and STS is unreachable: the administrator of the policies must act.
func TestAMissingPermissionCountsMoreThanAnSTSOutOfReach(t *testing.T) {
	w := newWard(t, &onstest.Options{Details: map[string]onstest.InstanceDetails{onstest.Instance: {Status: onstest.NoListing}}})
	w.environ["ALIBABA_CLOUD_STS_ENDPOINT"] = "http://127.0.0.1:1"
	w.environ["SENDBRIDGE_INSTANCE_ID"] = "mqtt-cn-of-others"
	r := w.doctor(t, "")
	if r.Class() != "permission" || r.ExitCode() != 7 {
		t.Errorf("class %s, exit code %d: %s", r.Class(), r.ExitCode(), text(r))
	}
	if s := stepOf(t, r, stepInstance); s.Outcome != skipped || !strings.Contains(s.Found, "the API rejected ListInstances: sendmessage: NoPermission") {
		t.Errorf("without permission to list: %+v", s)
	}
}

// Each step's time is its own: the time of the first request is not counted twice.
func TestTimesAreOfTheirSteps(t *testing.T) {
	x := &examination{took: 0}
	x.contact.Resolving = 30 * time.Millisecond
	if dns, connection := x.ownTime(stepDNS, 100*time.Millisecond), x.ownTime(stepConnection, time.Microsecond); dns != 30*time.Millisecond || connection != 70*time.Millisecond {
		t.Errorf("dns %s, connection %s", dns, connection)
	}
	if other := x.ownTime(stepPermission, time.Second); other != time.Second {
		t.Errorf("permission %s", other)
	}
}

// The commands name a user as a user and a role by its own name.
func TestCommandsNameTheCaller(t *testing.T) {
	x := &examination{Process: &Process{Role: "acs:ram::1:role/asked-for"}}
	if got := x.roleName(); got != "asked-for" {
		t.Error(got)
	}
	x.caller = credential.Identity{ARN: "acs:ram::1:user/alice"}
	if got := x.policies(); got != "aliyun ram ListPoliciesForUser --UserName alice" {
		t.Error(got)
	}
	x.caller = credential.Identity{ARN: "acs:ram::1:assumed-role/bridge/session"}
	if got := x.policies(); got != "aliyun ram ListPoliciesForRole --RoleName bridge" || x.roleName() != "bridge" {
		t.Error(got)
	}
}

func TestKernels(t *testing.T) {
	for version, older := range map[string]bool{"V3.3.0": false, "V3.2.9": true, "v3.10.0": false, "V2.9.9": true, "": false, "new": false} {
		if olderThan(version, leastKernel) != older {
			t.Errorf("%s", version)
		}
	}
}

func TestVerdict(t *testing.T) {
	fails := func(name, class, actor string) Step {
		return Step{Name: name, Outcome: failed, Class: class, Actor: actor}
	}
	for name, tt := range map[string]struct {
		steps []Step
		worst string
		exit  int
	}{
		"nothing failed":                       {[]Step{{Name: "dns", Outcome: passed}, {Name: "message", Outcome: skipped}}, "", 0},
		"what passes, then what stays":         {[]Step{fails("identity", "transient", "you"), fails("permission", "permission", "role")}, "permission", 7},
		"what stays, then what passes":         {[]Step{fails("identity", "credential", "you"), fails("permission", "throttled", "you")}, "identity", 6},
		"the first of equals":                  {[]Step{fails("identity", "credential", "you"), fails("permission", "permission", "role")}, "identity", 6},
		"a clock spoils what comes before it":  {[]Step{fails("credentials", "credential", "you"), fails("clock", "clock", "you")}, "clock", 8},
		"rules, whatever else":                 {[]Step{fails("credentials", "credential", "you"), fails("rules", "configuration", "you")}, "rules", 1},
		"for Alibaba Cloud, then for you":      {[]Step{fails("identity", "transient", "alibaba"), fails("permission", "transient", "you")}, "permission", 5},
		"throttled, then transient":            {[]Step{fails("permission", "throttled", "you"), fails("message", "transient", "you")}, "permission", 4},
		"unsupported counts as what stays":     {[]Step{fails("identity", "transient", "you"), fails("permission", "unsupported", "you")}, "permission", 9},
		"a message that the API does not take": {[]Step{fails("identity", "transient", "you"), fails("message", "message", "sender")}, "message", 3},
		"an unknown fault may persist":         {[]Step{fails("identity", "throttled", "alibaba"), fails("clock", "unknown", "you")}, "clock", 10},
		"another class counts as unknown":      {[]Step{fails("clock", "no class", "you")}, "clock", 10},
		"an empty class counts as unknown":     {[]Step{fails("clock", "", "you")}, "clock", 10},
	} {
		r := Report{Steps: tt.steps}
		if s, found := r.Worst(); s.Name != tt.worst || found != (tt.worst != "") || r.ExitCode() != tt.exit {
			t.Errorf("%s: %s, %t, exit code %d, want %s, %d", name, s.Name, found, r.ExitCode(), tt.worst, tt.exit)
		}
	}
}

// The command to type depends on the fault, even if a later step finds it.
func TestCommandsFitTheFault(t *testing.T) {
	for code, want := range map[string]string{
		"CheckAccountInfoFailed":      "aliyun sts GetCallerIdentity",
		"UserOverdue":                 "aliyun bssopenapi QueryAccountBalance",
		"InvalidAccessKeyId.Inactive": "aliyun ram ListAccessKeys --UserName NAME",
		"Throttling.User":             "env | grep '^SENDBRIDGE_RATE'",
		"InvalidTimeStamp.Expired":    "date -u; curl -sI ENDPOINT | grep -i ^date",
		"InvalidApi.NotFound":         "curl -sv -o /dev/null ENDPOINT",
		"ServiceUnavailable":          "curl -sv -o /dev/null ENDPOINT",
	} {
		w := newWard(t, nil)
		if err := w.emulator.Fail(onstest.Fault{Code: code, Times: 10}); err != nil {
			t.Fatal(err)
		}
		want = strings.ReplaceAll(want, "ENDPOINT", w.environ["SENDBRIDGE_ENDPOINT"])
		if s := stepOf(t, w.doctor(t, ""), stepPermission); s.Code != code || s.Command != want {
			t.Errorf("%s: to type %s, want %s", s.Code, s.Command, want)
		}
	}
}
