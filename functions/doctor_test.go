package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// healthy starts an emulator and returns the environment of a process that can send to it, with changes.
func healthy(t *testing.T, changes ...string) ([]string, *onstest.Handler) {
	t.Helper()
	emulator := onstest.New(nil)
	server := httptest.NewServer(emulator)
	t.Cleanup(server.Close)
	return append([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=" + server.URL, "SENDBRIDGE_TOPIC=events/${$.type}",
		"SENDBRIDGE_CREDENTIALS=sts", "ALIBABA_CLOUD_STS_ENDPOINT=" + server.URL,
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.STSKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.STSKeySecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN=" + onstest.STSToken,
	}, changes...), emulator
}

// Wrong settings are a failed step of class configuration, and the other steps are checked as far as possible.
func TestDoctorReportsWrongSettings(t *testing.T) {
	const inlet = "SENDBRIDGE_RULES={inlets: {github: {verify: github, secretEnv: GITHUB_SECRET}}, rules: [{topic: a/b, payload: original}]}"
	for name, tt := range map[string]struct {
		changes                   []string
		step, found, next, typing string
	}{
		"a setting that does not exist": {[]string{"SENDBRIDGE_RATES=1"}, "configuration", "did you mean SENDBRIDGE_RATE?", "correct these settings", "sendbridge --help"},
		"a topic that is not legal":     {[]string{"SENDBRIDGE_TOPIC=${$.type}"}, "rules", "SENDBRIDGE_TOPIC", "fix the rules", "printenv SENDBRIDGE_TOPIC"},
		"rules that are not legal":      {[]string{"SENDBRIDGE_TOPIC=", "SENDBRIDGE_RULES=rules: 1"}, "rules", "SENDBRIDGE_RULES:1", "fix the rules", "printenv SENDBRIDGE_RULES | sendbridge validate -"},
		"a rules file that is not there": {[]string{"SENDBRIDGE_TOPIC=", "SENDBRIDGE_RULES_FILE=/nowhere/rules.yaml"}, "rules", "/nowhere/rules.yaml",
			"fix the rules", `sendbridge validate "$SENDBRIDGE_RULES_FILE"`},
		"no rules": {[]string{"SENDBRIDGE_TOPIC="}, "rules", "no rules: set", "fix the rules", "sendbridge --help"},
		"no key": {[]string{"ALIBABA_CLOUD_ACCESS_KEY_ID=", "ALIBABA_CLOUD_ACCESS_KEY_SECRET="}, "credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
			"SENDBRIDGE_CREDENTIALS", "env | grep -o '^ALIBABA_CLOUD_[A-Z_]*'"},
		"an inlet without its secret": {[]string{"SENDBRIDGE_TOPIC=", inlet}, "configuration", "GITHUB_SECRET is not set", "correct this setting", "sendbridge --help"},
	} {
		t.Run(name, func(t *testing.T) {
			environ, emulator := healthy(t, tt.changes...)
			r := functions.Doctor(t.Context(), environ, "")
			s, failed := r.Worst()
			if !failed || s.Name != tt.step || s.Class != "configuration" || r.ExitCode() != 1 || s.Actor != "you" {
				t.Errorf("%+v of %s", s, r.JSON())
			}
			if !strings.Contains(s.Found, tt.found) || !strings.Contains(s.Next, tt.next) || s.Command != tt.typing {
				t.Errorf("%+v", s)
			}
			if len(emulator.Messages()) != 0 {
				t.Errorf("messages: %v", emulator.Messages())
			}
		})
	}
}

// The doctor finds the secrets of inlets where the mains find them.
func TestDoctorKnowsTheSecretsOfInlets(t *testing.T) {
	environ, _ := healthy(t, "SENDBRIDGE_TOPIC=", "GITHUB_SECRET=s",
		"SENDBRIDGE_RULES={inlets: {github: {verify: github, secretEnv: GITHUB_SECRET}}, rules: [{topic: a/b, payload: original}]}")
	if r := functions.Doctor(t.Context(), environ, ""); r.ExitCode() != 0 {
		t.Errorf("%s", r.JSON())
	}
}

// A function answers the doctor's request itself, and passes on everything that only resembles it.
func TestAFunctionAnswersTheDoctorsQuestion(t *testing.T) {
	environ, emulator := healthy(t)
	var log bytes.Buffer
	config, rules, parts, err := functions.FromEnvironment(environ, &log)
	if err != nil {
		t.Fatal(err)
	}
	app, err := functions.New(config, rules, parts)
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	invoke := app.OrDoctor(func(context.Context, []byte) ([]byte, error) { return []byte("event"), nil })
	answer, err := invoke(t.Context(), []byte(` {"sendbridge" : "doctor"}`))
	var report struct {
		OK    bool
		Steps []struct{ Name string }
	}
	if err != nil || json.Unmarshal(answer, &report) != nil || !report.OK || len(report.Steps) != 11 {
		t.Errorf("%s, %v", answer, err)
	}
	// The alarm of template.yml and the query of docs/monitoring.md search for this.
	if !strings.Contains(log.String(), `"level":"INFO","msg":"doctor","ok":true,"class":""`) {
		t.Errorf("log %s", &log)
	}
	if err := emulator.Fail(onstest.Fault{Code: "NoPermission", Times: 9}); err != nil {
		t.Fatal(err)
	}
	timer := `{"triggerTime":"2026-11-26T08:00:00Z","triggerName":"canary","payload":"{\"sendbridge\":\"doctor\"}"}`
	if answer, err := invoke(t.Context(), []byte(timer)); err != nil || !strings.Contains(string(answer), `"ok":false`) {
		t.Errorf("a timer: %s, %v", answer, err)
	}
	if !strings.Contains(log.String(), `"level":"ERROR","msg":"doctor","ok":false,"class":"permission","step":`) {
		t.Errorf("log %s", &log)
	}
	for _, payload := range []string{`{"sendbridge":"doctor","topic":"a/b"}`, `{"doctor":1}`, `"doctor"`, ``, `{"sendbridge":"doctor"`,
		strings.Replace(timer, "canary", "canary\",\"x\":\"", 1), strings.Replace(timer, `\"}"`, `\",\"a\":1}"`, 1)} {
		if answer, err := invoke(t.Context(), []byte(payload)); string(answer) != "event" || err != nil {
			t.Errorf("%s: %s, %v", payload, answer, err)
		}
	}
	if len(emulator.Messages()) != 0 {
		t.Errorf("messages: %v", emulator.Messages())
	}
}
