package doctor

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sendbridge/core/credential"
	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// A ward is an emulator and the environment of a process that works with it.
type ward struct {
	emulator *onstest.Handler
	environ  map[string]string
}

func newWard(t *testing.T, o *onstest.Options) *ward {
	t.Helper()
	w := &ward{emulator: onstest.New(o)}
	server := httptest.NewServer(w.emulator)
	t.Cleanup(server.Close)
	w.environ = map[string]string{
		"SENDBRIDGE_INSTANCE_ID": onstest.Instance, "SENDBRIDGE_ENDPOINT": server.URL,
		"SENDBRIDGE_CREDENTIALS": "sts", "ALIBABA_CLOUD_STS_ENDPOINT": server.URL,
		"ALIBABA_CLOUD_ACCESS_KEY_ID": onstest.STSKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": onstest.STSKeySecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN": onstest.STSToken,
	}
	return w
}

func (w *ward) doctor(t *testing.T, topic string) Report {
	t.Helper()
	source, err := credential.Open(w.environ["SENDBRIDGE_CREDENTIALS"], w.environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := Examine(t.Context(), process(t, w.environ["SENDBRIDGE_ENDPOINT"], w.environ["SENDBRIDGE_INSTANCE_ID"], source, nil), topic)
	tellsNoSecret(t, r)
	return r
}

// process returns the parts that a main would have built.
func process(t *testing.T, endpoint, instance string, source *credential.Source, transport http.RoundTripper) *Process {
	t.Helper()
	client, err := onsmqtt.New(endpoint, instance, source.Credentials, &onsmqtt.Options{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return &Process{
		Version: "v1", Instance: instance, Endpoint: endpoint, Rate: 250,
		Client: client, Credentials: source, Wait: func(context.Context) error { return nil },
		Rules: Rules{Count: 1, From: "SENDBRIDGE_TOPIC", Hash: "0123"},
	}
}

// asRole replaces the credentials in the environment with those of a role.
func (w *ward) asRole() {
	delete(w.environ, "ALIBABA_CLOUD_SECURITY_TOKEN")
	w.environ["SENDBRIDGE_CREDENTIALS"] = "ram_role_arn"
	w.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], w.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = onstest.AccessKeyID, onstest.AccessKeySecret
	w.environ["ALIBABA_CLOUD_ROLE_ARN"] = "acs:ram::" + onstest.AccountID + ":role/" + onstest.RoleName
}

func text(r Report) string {
	var b strings.Builder
	_, _ = r.WriteTo(&b)
	return b.String()
}

func tellsNoSecret(t *testing.T, r Report) {
	t.Helper()
	for _, secret := range []string{onstest.STSKeySecret, onstest.STSToken, onstest.AccessKeySecret, "not-the-secret"} {
		if all := text(r) + string(r.JSON()); strings.Contains(all, secret) {
			t.Errorf("the report shows the secret %q: %s", secret, all)
		}
	}
}

func stepOf(t *testing.T, r Report, name string) Step {
	t.Helper()
	i := slices.IndexFunc(r.Steps, func(s Step) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no step %s in %s", name, text(r))
	}
	return r.Steps[i]
}

// smallSkew matches the same time in whole seconds, and a few seconds more, because the answer may take some.
var smallSkew = regexp.MustCompile(`^this machine's clock is \ds (ahead of|behind) the API's`)

func TestDoctorFindsAllWell(t *testing.T) {
	for name, change := range map[string]func(*ward){"sts": func(*ward) {}, "ram_role_arn": (*ward).asRole} {
		w := newWard(t, nil)
		change(w)
		r := w.doctor(t, "events/doctor")
		amiss := func(s Step) bool { return s.Outcome != passed && s.Name != stepFleet }
		if len(r.Steps) != 11 || r.Class() != "" || r.ExitCode() != 0 || slices.ContainsFunc(r.Steps, amiss) || stepOf(t, r, stepFleet).Outcome != skipped {
			t.Fatalf("%s: %s", name, text(r))
		}
		if m := w.emulator.Messages(); len(m) != 1 || m[0].Topic != "events/doctor" || !strings.Contains(stepOf(t, r, stepMessage).Found, m[0].MsgID) {
			t.Errorf("%s: messages %v, %s", name, m, text(r))
		}
		for step, want := range map[string]string{
			stepConfiguration: "250 calls a second from each process; processes that fit: 1 per address (quota 300), 4 per account",
			stepRules:         "1 from SENDBRIDGE_TOPIC, hash ", stepCredentials: "provider " + name + ", AccessKeyId STS.",
			stepConnection: "127.0.0.1", stepIdentity: onstest.AccountID, stepPermission: "only a message can prove",
		} {
			if found := stepOf(t, r, step).Found; !strings.Contains(found, want) {
				t.Errorf("%s: %s: %q has no %q", name, step, found, want)
			}
		}
		if found := stepOf(t, r, stepClock).Found; !smallSkew.MatchString(found) {
			t.Errorf("%s: %q", name, found)
		}
	}
}

func TestDoctorSendsNothingUnasked(t *testing.T) {
	w := newWard(t, nil)
	r := w.doctor(t, "")
	if s := stepOf(t, r, stepMessage); s.Outcome != skipped || r.ExitCode() != 0 || len(w.emulator.Messages()) != 0 {
		t.Errorf("%s; messages %v", text(r), w.emulator.Messages())
	}
}

// Each fault makes its step fail. The step says who has to act, what to do and what to type.
func TestDoctorFindsWhatIsWrong(t *testing.T) {
	late := &onstest.Options{Now: func() time.Time { return time.Now().Add(20 * time.Minute) }}
	tests := []struct {
		name                    string
		options                 *onstest.Options
		spoil                   func(t *testing.T, w *ward)
		step, class, code, next string
		command                 string // ENDPOINT stands for the API's URL
		actor                   string
		exit                    int
	}{
		{name: "a role that is gone", spoil: func(t *testing.T, w *ward) {
			w.asRole()
			change(t, w, onstest.Change{Delete: []string{onstest.RoleName}})
		}, step: stepCredentials, class: "credential", code: "EntityNotExist.Role", actor: "role", next: "check that the role", command: "aliyun ram GetRole --RoleName NAME", exit: 6},
		{name: "a wrong secret", spoil: set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "not-the-secret"),
			step: stepIdentity, class: "credential", code: "SignatureDoesNotMatch", next: "ALIBABA_CLOUD_ACCESS_KEY_SECRET", command: "env | grep -o '^ALIBABA_CLOUD_[A-Z_]*'", exit: 6},
		{name: "a token that has ended", spoil: func(t *testing.T, w *ward) { change(t, w, onstest.Change{Expire: []string{"*"}}) },
			step: stepIdentity, class: "credential", code: "InvalidSecurityToken.Expired", next: "are not renewed", command: "env | grep -o '^ALIBABA_CLOUD_[A-Z_]*'", exit: 6},
		{name: "a clock that is off", options: late, step: stepClock, class: "clock", next: "synchronise", command: "date -u; curl -sI ENDPOINT | grep -i ^date", exit: 8},
		{name: "nothing listens", spoil: set("SENDBRIDGE_ENDPOINT", "http://127.0.0.1:1"),
			step: stepConnection, class: "unsupported", code: "EndpointRefused", next: "check the endpoint", command: "curl -sv -o /dev/null ENDPOINT", exit: 9},
		{name: "a certificate of an unknown authority", spoil: func(t *testing.T, w *ward) {
			server := httptest.NewUnstartedServer(w.emulator)
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.StartTLS()
			t.Cleanup(server.Close)
			w.environ["SENDBRIDGE_ENDPOINT"] = server.URL
		}, step: stepConnection, class: "transient", code: "TLS", next: "root certificates", command: "curl -sv -o /dev/null ENDPOINT", exit: 5},
		{name: "no permission", spoil: func(t *testing.T, w *ward) {
			w.asRole()
			change(t, w, onstest.Change{Deny: []string{onstest.RoleName}})
		}, step: stepPermission, class: "permission", code: "NoPermission", actor: "role", next: "mq:SendMessage", command: "aliyun ram ListPoliciesForRole --RoleName ROLE", exit: 7},
		{name: "another's instance", spoil: set("SENDBRIDGE_INSTANCE_ID", "post-cn-of-others"),
			step: stepInstance, class: "configuration", next: "set SENDBRIDGE_INSTANCE_ID", command: "aliyun onsmqtt ListInstances --endpoint 127.0.0.1", exit: 1},
		{name: "an instance that is overdue", options: &onstest.Options{Details: map[string]onstest.InstanceDetails{onstest.Instance: {Status: 2}}},
			step: stepInstance, class: "unsupported", next: "pay what is due", command: "aliyun onsmqtt ListInstances --endpoint 127.0.0.1", exit: 9},
		{name: "an instance that is being upgraded", options: &onstest.Options{Details: map[string]onstest.InstanceDetails{onstest.Instance: {Status: 7}}},
			step: stepInstance, class: "transient", next: "wait until", command: "aliyun onsmqtt ListInstances --endpoint 127.0.0.1", exit: 5},
		{name: "a parent topic that does not exist", options: &onstest.Options{Topics: []string{"other"}},
			step: stepMessage, class: "permission", code: "PermissionCheckFailed", actor: "role", next: "create the parent topic", command: "aliyun ram ListPoliciesForRole --RoleName ROLE", exit: 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWard(t, tt.options)
			if tt.spoil != nil {
				tt.spoil(t, w)
			}
			r := w.doctor(t, "events/doctor")
			s := stepOf(t, r, tt.step)
			if tt.actor == "" {
				tt.actor = "you"
			}
			if s.Outcome != failed || s.Class != tt.class || s.Code != tt.code || s.Actor != tt.actor || !strings.Contains(s.Next, tt.next) {
				t.Errorf("%+v in\n%s", s, text(r))
			}
			if want := strings.NewReplacer("ENDPOINT", w.environ["SENDBRIDGE_ENDPOINT"], "ROLE", onstest.RoleName).Replace(tt.command); s.Command != want {
				t.Errorf("to type: %s, want %s", s.Command, want)
			}
			if r.ExitCode() != tt.exit || r.Class() != tt.class {
				t.Errorf("exit code %d, class %s, of\n%s", r.ExitCode(), r.Class(), text(r))
			}
			if !strings.Contains(text(r), "✗ "+tt.step) || !strings.Contains(text(r), actors[tt.actor]+": ") {
				t.Errorf("for people:\n%s", text(r))
			}
			if len(w.emulator.Messages()) != 0 && tt.step != stepClock && tt.step != stepRules && tt.step != stepInstance && tt.step != stepIdentity {
				t.Errorf("a message was sent: %v", w.emulator.Messages())
			}
		})
	}
}

func set(name, value string) func(*testing.T, *ward) {
	return func(_ *testing.T, w *ward) { w.environ[name] = value }
}

func change(t *testing.T, w *ward, c onstest.Change) {
	t.Helper()
	if err := w.emulator.Change(c); err != nil {
		t.Fatal(err)
	}
}

const nowhere = "https://onsmqtt.cn-nowhere.aliyuncs.com"

// refusing is a transport for a host name that does not exist.
var refusing = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
	return nil, &net.DNSError{Err: "no such host", Name: "onsmqtt.cn-nowhere.aliyuncs.com", IsNotFound: true}
}}

// The error of the default chain names each place and why it has no credentials.
func TestDoctorListsWhereCredentialsWereTried(t *testing.T) {
	p := process(t, nowhere, "post-cn-x", credential.New("default", func(context.Context) (credential.Grant, error) {
		return credential.Grant{}, &credential.Error{Provider: "default", Fault: fault.Fault{Class: fault.ClassCredential, Code: "CredentialsUnavailable"}, Message: "tried in turn env: NotSet; profile: no file"}
	}), refusing)
	s := stepOf(t, Examine(t.Context(), p, ""), stepCredentials)
	if s.Outcome != failed || s.Code != "CredentialsUnavailable" || !strings.Contains(s.Found, "env: NotSet; profile: no file") {
		t.Errorf("%+v", s)
	}
}

func TestDoctorOfAnUnknownHostName(t *testing.T) {
	key := credential.Fixed("access_key", onsmqtt.Credentials{AccessKeyID: "a", AccessKeySecret: "b"})
	r := Examine(t.Context(), process(t, nowhere, "post-cn-x", key, refusing), "events/doctor")
	s := stepOf(t, r, stepDNS)
	if s.Outcome != failed || s.Code != "DNS" || s.Actor != "you" || !strings.Contains(s.Next, "region") || s.Command != "nslookup onsmqtt.cn-nowhere.aliyuncs.com" {
		t.Errorf("%+v", s)
	}
	for _, name := range []string{stepConnection, stepClock, stepPermission, stepMessage} {
		if stepOf(t, r, name).Outcome != skipped {
			t.Errorf("%s was checked: %s", name, text(r))
		}
	}
}
