package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/awslambda"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// Values are valid or invalid.
const (
	good = iota // at least servers accept it
	bad         // nothing accepts it
)

// values returns the valid and the invalid values of each setting. Each is a list of variables: the setting and those
// it depends on.
func values(dir string) map[string][2][][]string {
	one := func(values ...string) [][]string {
		list := make([][]string, len(values))
		for i, v := range values {
			list[i] = strings.Split(v, "|")
		}
		return list
	}
	const noTopic = "|SENDBRIDGE_TOPIC="
	const aws = "|SENDBRIDGE_CREDENTIALS=aws|AWS_REGION=eu-north-1|AWS_ACCESS_KEY_ID=a|AWS_SECRET_ACCESS_KEY=s|AWS_SESSION_TOKEN=t" +
		"|ALIBABA_CLOUD_ROLE_ARN=acs:ram::1:role/x|ALIBABA_CLOUD_OIDC_PROVIDER_ARN=acs:ram::1:oidc-provider/x"
	return map[string][2][][]string{
		"INSTANCE_ID":       {one("mqtt-cn-x", "post-cn-x"), one("post cn")},
		"REGION":            {one("cn-hangzhou"), one("cn_hangzhou|SENDBRIDGE_ENDPOINT=", "cn-hangzhuo|SENDBRIDGE_ENDPOINT=")},
		"REGION_FORCE":      {one("true|SENDBRIDGE_ENDPOINT=|SENDBRIDGE_REGION=cn-new-1"), one("perhaps")},
		"NETWORK":           {one("vpc"), one("lan")},
		"ENDPOINT":          {one("https://127.0.0.1:1"), one("not a url", "http://example.com", "https://127.0.0.1/path", "http://me:hush-hush@example.com")},
		"INSECURE":          {one("true|SENDBRIDGE_ENDPOINT=http://192.0.2.1"), one("maybe")},
		"SIGNATURE":         {one("v1"), one("v2")},
		"TOPIC":             {one("events/${$.type}"), one("${$.type}")},
		"RULES":             {one("rules: [{topic: a/b, payload: original}]" + noTopic), one("rules: 1"+noTopic, "rules: 1|SENDBRIDGE_TOPIC=a/b")},
		"RULES_FILE":        {one(filepath.Join(dir, "rules.yaml") + noTopic), one("/nowhere/rules.yaml"+noTopic, "/nowhere/rules.yaml|SENDBRIDGE_TOPIC=a/b")},
		"UNMATCHED":         {one("reject"), one("keep")},
		"RATE":              {one("30"), one("many", "301", "-1")},
		"RATE_FORCE":        {one("true|SENDBRIDGE_RATE=301"), one("maybe")},
		"REDIS":             {one("redis://127.0.0.1:1", "rediss://me:hush-hush@127.0.0.1:1/2?addr=127.0.0.1:2"), one("hush-hush", "http://me:hush-hush@127.0.0.1", "redis://me:hush-hush@127.0.0.1:x")},
		"FLEET_RATE":        {one("500|SENDBRIDGE_REDIS=redis://127.0.0.1:1"), one("0|SENDBRIDGE_REDIS=redis://127.0.0.1:1", "many|SENDBRIDGE_REDIS=redis://127.0.0.1:1", "500")},
		"ADDRESS":           {one("nat-eu|SENDBRIDGE_REDIS=redis://127.0.0.1:1"), one("a}b|SENDBRIDGE_REDIS=redis://127.0.0.1:1", "nat-eu")},
		"CONCURRENCY":       {one("1"), one("0")},
		"TIMEOUT":           {one("3s"), one("0s", "4")},
		"REQUEST_TIMEOUT":   {one("10s"), one("3s")},
		"MAX_BODY":          {one("64KiB"), one("0")},
		"ALLOWED_ORIGINS":   {one("eventgrid.azure.net"), one(",")},
		"DEDUP":             {one("0"), one("-1s")},
		"DEAD_LETTER":       {one("https://example.com/dead", "file://"+filepath.Join(dir, "dead.jsonl")), one("http://example.com/", "https://%zz")},
		"DEAD_LETTER_TOKEN": {one("tok|SENDBRIDGE_DEAD_LETTER=https://example.com/dead"), one("hush hush|SENDBRIDGE_DEAD_LETTER=https://example.com/dead")},
		"LISTEN":            {one("127.0.0.1:0", ":8080|SENDBRIDGE_AUTH=none"), one("8080", "127.0.0.1:70000", ":http-ish")},
		"DRAIN":             {one("0", "30s"), one("-1s", "soon")},
		"ADMIN_LISTEN":      {one("127.0.0.1:0", "off"), one("9464", "127.0.0.1:-1")},
		"AUTH":              {one("none", "bearer|SENDBRIDGE_TOKEN=x"), one("basic", "bearer")},
		"TOKEN":             {one("x,y|SENDBRIDGE_AUTH=bearer"), one("hush-hush")},
		"PARTIAL_BATCH":     {one("sqs,kafka"), one("sqs,sns")},
		"CREDENTIALS":       {one("access_key"), one("vault")},
		"OIDC_AUDIENCE":     {one("sts.aliyuncs.com" + aws), one("no audience" + aws)},
		"TRIGGER":           {one("mns-stream", "generic|SENDBRIDGE_TYPE=t"), one("iot", "generic")},
		"TRIGGERS":          {one("arn:aws:sqs:us-east-1:123456789012:doors,eventbridge"), one(",")},
		"SOURCE":            {one("/readings"), one("a b:c d")},
		"TYPE":              {one("com.example.reading"), one("a\x01b")},
		"LOG":               {one("debug"), one("loud")},
		"LOG_FORMAT":        {one("json", "text"), one("xml")},
	}
}

// A deployment is the environment in which the main of a runtime starts.
type deployment struct {
	as      string
	environ []string // what the runtime sets and what its main requires
}

func deployments() []deployment {
	return []deployment{
		{httpHandler, nil},
		{lambdaHandler, []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "SENDBRIDGE_RATE=25"}},
		{fcHandler, []string{"FC_SERVER_PORT=9000", "FC_FUNCTION_NAME=f", "SENDBRIDGE_RATE=25"}},
	}
}

// A main and all commands reject a value with the same text, and all accept the same values. Commands that send nothing
// do not require the settings for sending. Every command reads every value, each in one of the three deployments.
// TestSoakMainsAndCommandsAnswerAlike covers the others.
func TestMainsAndCommandsAnswerAlike(t *testing.T) { answerAlike(t, 1) }

// answerAlike examines a number of deployments for each pair of a value and a command, and of a value and a real binary.
func answerAlike(t *testing.T, each int) {
	t.Helper()
	dir := write(t, map[string]string{"rules.yaml": doorRules, "event.json": door("1", "north"),
		"cases.yaml": "rules: rules.yaml\ncases: [{name: dropped, event: {specversion: '1.0', id: '1', source: /x, type: x}, expect: []}]\n"})
	rows := values(dir)
	for _, s := range functions.Settings() {
		name := strings.TrimPrefix(s.Name, "SENDBRIDGE_")
		if _, ok := rows[name]; !ok {
			t.Errorf("%s has no values here", s.Name)
		}
	}
	for turn, d := range deployments() {
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			for kind, list := range rows[name] {
				for _, variables := range list {
					variables = append([]string{"SENDBRIDGE_" + name + "=" + variables[0]}, variables[1:]...)
					turn++
					compare := alike{d, variables, dir, turn, each}
					t.Run(fmt.Sprintf("%s/%s", d.as, strings.Join(variables, " ")), func(t *testing.T) { compare.examine(t, kind) })
				}
			}
		}
	}
}

// alike compares a main and the commands in one environment.
type alike struct {
	deployment
	variables []string
	dir       string
	turn      int
	each      int
}

// takes tells whether it is this deployment's turn to examine the i-th command. A value has the next turn in the next
// deployment.
func (a alike) takes(i int) bool { return (a.turn+i)%len(deployments()) < a.each }

func (a alike) examine(t *testing.T, kind int) {
	t.Helper()
	refusal := a.main(t, kind)
	switch {
	case kind == bad && refusal == "":
		t.Fatal("the main accepts it")
	case kind == good && a.as == httpHandler && refusal != "":
		t.Fatalf("the main rejects it: %s", refusal)
	case kind == good && refusal != "":
		a.each = len(deployments()) // only a command that knows the deployment rejects it
	}
	a.commands(t, refusal)
}

// needed returns the settings that only commands that send require.
func needed() []string {
	return []string{"SENDBRIDGE_INSTANCE_ID=post-cn-x", "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1", "SENDBRIDGE_TOPIC=events/x",
		"ALIBABA_CLOUD_STS_ENDPOINT=http://127.0.0.1:1", "ALIBABA_CLOUD_ACCESS_KEY_ID=key", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=hush-hush"}
}

// main returns the error with which the main ends, or an empty string if it starts. If it ends, the real binary is run,
// too: always if only some mains reject the value.
func (a alike) main(t *testing.T, kind int) (refusal string) {
	t.Helper()
	environ := slices.Concat(needed(), a.environ, a.variables)
	config, rules, parts, err := functions.FromEnvironment(environ, io.Discard)
	if err == nil {
		_, err = functions.New(config, rules, parts)
	}
	if err == nil {
		return ""
	}
	if strings.Contains(err.Error(), "hush") {
		t.Errorf("it shows a secret: %v", err)
	}
	if kind == bad && !a.takes(0) {
		return err.Error()
	}
	if code, out := runBinary(t, binary(t, a.as), environ); code != 1 || failureIn(t, out) != err.Error() {
		t.Errorf("the binary ends with %d: %s, want %v", code, out, err)
	}
	return err.Error()
}

// failureIn returns the error in the last log line of a process.
func failureIn(t testing.TB, out string) string {
	t.Helper()
	var line struct{ Level, Msg, Error string }
	if err := json.Unmarshal([]byte(out), &line); err != nil || line.Level != "ERROR" {
		t.Errorf("not one line of the log: %v: %s", err, out)
	}
	return line.Error
}

func (a alike) commands(t *testing.T, refusal string) {
	t.Helper()
	file := func(name string) string { return filepath.Join(a.dir, name) }
	deployed := slices.Concat(needed(), a.environ, a.variables)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the settings are read before anything is sent
	for i, c := range []struct {
		environ []string
		args    []string
	}{
		{deployed, []string{"doctor", "--json"}},
		{deployed, []string{"send", file("event.json")}},
		{a.variables, []string{"render", "--as", a.as, "--rules", file("rules.yaml"), file("event.json")}},
		{slices.Concat(a.environ, a.variables), []string{"validate", file("rules.yaml")}},
		{slices.Concat(a.environ, a.variables), []string{"test", file("cases.yaml")}},
		{slices.Concat(a.environ, a.variables), []string{"dev", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--no-sample", "--console", "off"}},
	} {
		if !a.takes(i) {
			continue
		}
		var out, errors strings.Builder
		code := run(ctx, c.args, terminal{strings.NewReader(""), &out, &errors, c.environ})
		a.judge(t, c.args[0], refusal, code, out.String(), unindented.ReplaceAllString(errors.String(), "\n"))
	}
}

// unindented undoes kong's indentation of the further lines of an error.
var unindented = regexp.MustCompile(`\n +`)

// judge checks that a command rejects the settings that the main rejects, and no others.
func (a alike) judge(t *testing.T, command, refusal string, code int, out, errors string) {
	t.Helper()
	said, taken := errors, code == 0
	switch command {
	case "doctor":
		said, taken = out, !strings.Contains(out, `"class":"configuration"`)
		refusal = strings.Trim(fmt.Sprintf("%q", strings.ReplaceAll(refusal, "\n", "; ")), `"`)
	case "send":
		taken = strings.Contains(errors, "1 of 1 events not sent")
	}
	switch {
	case refusal == "" && !taken:
		t.Errorf("%s ends with %d: %s, and the main accepts it", command, code, said)
	case refusal != "" && (code != 1 || !strings.Contains(said, refusal)):
		t.Errorf("%s ends with %d: %s, and the main: %s", command, code, said, refusal)
	}
	if strings.Contains(out+errors, "hush") {
		t.Errorf("%s shows a secret: %s%s", command, out, errors)
	}
}

// The settings list the triggers of each runtime's adapters.
func TestTriggersAreThoseOfTheAdapters(t *testing.T) {
	for runtime, known := range map[functions.Runtime][]string{functions.OnLambda: awslambda.Triggers(), functions.OnFC: alifc.Triggers()} {
		for _, trigger := range slices.Concat(awslambda.Triggers(), alifc.Triggers()) {
			_, err := functions.Check([]string{"SENDBRIDGE_TRIGGER=" + trigger, "SENDBRIDGE_TYPE=t"}, runtime)
			if (err == nil) != slices.Contains(known, trigger) {
				t.Errorf("%s in %s: %v", trigger, runtime, err)
			}
		}
	}
}

// Commands that send nothing need no settings.
func TestCommandsThatSendNothingNeedNoSettings(t *testing.T) {
	for _, runtime := range []functions.Runtime{"", functions.OnServer, functions.OnLambda, functions.OnFC} {
		for _, environ := range [][]string{nil, {"PORT=7000"}, {"SENDBRIDGE_CREDENTIALS=access_key"}, {"ALIBABA_CLOUD_ACCESS_KEY_ID=half"}} {
			if _, err := functions.Check(environ, runtime); err != nil {
				t.Errorf("%s, %v: %v", runtime, environ, err)
			}
		}
	}
}

// dev uses the environment's settings, except those by which something would leave this machine.
func TestDevKeepsToThisMachine(t *testing.T) {
	c := devCommand{HTTP: "127.0.0.1:8080"}
	config, err := c.config("127.0.0.1:8081", terminal{environ: []string{
		"SENDBRIDGE_UNMATCHED=reject", "SENDBRIDGE_RATE=7",
		"SENDBRIDGE_INSTANCE_ID=mqtt-cn-x", "SENDBRIDGE_REGION=cn-hangzhou", "SENDBRIDGE_ENDPOINT=https://onsmqtt.cn-hangzhou.aliyuncs.com",
		"SENDBRIDGE_DEAD_LETTER=https://example.com/dead", "SENDBRIDGE_LISTEN=0.0.0.0:80", "SENDBRIDGE_AUTH=bearer", "SENDBRIDGE_TOKEN=x",
		"SENDBRIDGE_REDIS=redis://redis.example", "SENDBRIDGE_ADDRESS=nat-eu", "SENDBRIDGE_FLEET_RATE=500",
	}})
	if err != nil || config.Unmatched != "reject" || config.Rate != 7 {
		t.Errorf("%+v, %v", config, err)
	}
	if config.InstanceID != onstest.Instance || config.Endpoint != "http://127.0.0.1:8081" || config.DeadLetter != "" || config.Listen != c.HTTP || len(config.Token) > 0 || config.Redis != "" {
		t.Errorf("%+v", config)
	}
}
