package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"sendbridge/functions"
	"sendbridge/functions/doctor"
)

// A template holds the parts of template.yml that depend on the code. References are replaced by the names they refer to.
type template struct {
	Resources map[string]struct {
		Type     string `yaml:"Type"`
		Metadata struct {
			BuildMethod string `yaml:"BuildMethod"`
		} `yaml:"Metadata"`
		Properties properties `yaml:"Properties"`
	} `yaml:"Resources"`
}

type properties struct {
	Timeout     int `yaml:"Timeout"`
	Reserved    int `yaml:"ReservedConcurrentExecutions"`
	Visibility  int `yaml:"VisibilityTimeout"`
	Environment struct {
		Variables map[string]any `yaml:"Variables"`
	} `yaml:"Environment"`
	Events map[string]trigger `yaml:"Events"`
}

type trigger struct {
	Type       string `yaml:"Type"`
	Properties struct {
		Queue     string   `yaml:"Queue"`
		Window    int      `yaml:"MaximumBatchingWindowInSeconds"`
		Responses []string `yaml:"FunctionResponseTypes"`
		Scaling   struct {
			Maximum int `yaml:"MaximumConcurrency"`
		} `yaml:"ScalingConfig"`
	} `yaml:"Properties"`
}

// partial maps the triggers that accept a partial answer to their names in SENDBRIDGE_PARTIAL_BATCH.
var partial = map[string]string{"SQS": "sqs", "Kinesis": "kinesis", "DynamoDB": "dynamodb", "MSK": "kafka", "SelfManagedKafka": "kafka"}

// disagreements returns where a template differs from the code and the Makefile.
func disagreements(source, makefile string) []string {
	var t template
	if err := yaml.Unmarshal([]byte(source), &t); err != nil {
		return []string{err.Error()}
	}
	var found []string
	for name, r := range t.Resources {
		if r.Type != "AWS::Serverless::Function" {
			continue
		}
		if r.Metadata.BuildMethod != "makefile" || !regexp.MustCompile(`(?m)^build-`+name+`:`).MatchString(makefile) {
			found = append(found, "no target build-"+name)
		}
		found = append(found, unknownSettings(&r.Properties)...)
		found = append(found, limits(&r.Properties)...)
		for _, e := range r.Properties.Events {
			queue, _, _ := strings.Cut(e.Properties.Queue, ".")
			found = append(found, batch(&r.Properties, &e, t.Resources[queue].Properties.Visibility)...)
		}
	}
	return found
}

func unknownSettings(p *properties) (found []string) {
	for name := range p.Environment.Variables {
		known := slices.ContainsFunc(functions.Settings(), func(s functions.Setting) bool { return s.Name == name })
		if strings.HasPrefix(name, "SENDBRIDGE_") && !known {
			found = append(found, "no setting "+name)
		}
	}
	return found
}

// setting returns a function's setting, or the default.
func (p *properties) setting(name string) string {
	if v, ok := p.Environment.Variables[name]; ok {
		return fmt.Sprint(v)
	}
	for _, s := range functions.Settings() {
		if s.Name == name {
			return s.Default
		}
	}
	return ""
}

func limits(p *properties) (found []string) {
	rate, err := strconv.Atoi(p.setting("SENDBRIDGE_RATE"))
	if all := rate * p.Reserved; err != nil || all < 1 || all > 1000 {
		found = append(found, fmt.Sprintf("rate: %d calls a second of all instances, the account has 1000", all))
	}
	for _, name := range []string{"SENDBRIDGE_TIMEOUT", "SENDBRIDGE_REQUEST_TIMEOUT"} {
		if d, err := time.ParseDuration(p.setting(name)); err != nil || time.Duration(p.Timeout)*time.Second <= d {
			found = append(found, fmt.Sprintf("timeout: %d s, %s is %s", p.Timeout, name, d))
		}
	}
	return found
}

func batch(p *properties, e *trigger, visibility int) (found []string) {
	word := partial[e.Type]
	reports := slices.Contains(e.Properties.Responses, "ReportBatchItemFailures")
	expects := word != "" && slices.Contains(strings.Split(p.setting("SENDBRIDGE_PARTIAL_BATCH"), ","), word)
	if reports != expects {
		found = append(found, fmt.Sprintf("partial batch: %s has ReportBatchItemFailures: %v, SENDBRIDGE_PARTIAL_BATCH names it: %v", e.Type, reports, expects))
	}
	if e.Type != "SQS" {
		return found
	}
	if want := 6*p.Timeout + e.Properties.Window; visibility < want {
		found = append(found, fmt.Sprintf("visibility: %d s, 6 timeouts and the window are %d", visibility, want))
	}
	if m := e.Properties.Scaling.Maximum; m < 2 || m > p.Reserved {
		found = append(found, fmt.Sprintf("concurrency: of the queue %d, of the function %d", m, p.Reserved))
	}
	return found
}

func TestTheTemplateAgreesWithTheCode(t *testing.T) {
	source, makefile := read(t, "../../template.yml"), read(t, "../../Makefile")
	if found := disagreements(source, makefile); len(found) > 0 {
		t.Fatal(strings.Join(found, "\n"))
	}
	for _, c := range []struct{ was, is, want string }{
		{"SENDBRIDGE_REGION", "SENDBRIDGE_REGOIN", "no setting SENDBRIDGE_REGOIN"},
		{"SENDBRIDGE_PARTIAL_BATCH: sqs", "SENDBRIDGE_PARTIAL_BATCH: kinesis", "partial batch"},
		{"[ReportBatchItemFailures]", "[]", "partial batch"},
		{`SENDBRIDGE_RATE: "25"`, `SENDBRIDGE_RATE: "101"`, "rate: 1010"},
		{`SENDBRIDGE_RATE: "25"`, "", "rate: 2500"},
		{"ReservedConcurrentExecutions: 10", "", "rate: 0"},
		{"VisibilityTimeout: 181", "VisibilityTimeout: 180", "visibility"},
		{"\n  Forwarder:", "\n  Sender:", "no target build-Sender"},
		{"BuildMethod: makefile", "BuildMethod: go1.x", "no target"},
		{"Timeout: 30", "Timeout: 4", "timeout: 4 s, SENDBRIDGE_TIMEOUT is 4s"},
		{"Timeout: 30", "Timeout: 9", "SENDBRIDGE_REQUEST_TIMEOUT"},
		{"MaximumConcurrency: 5", "MaximumConcurrency: 11", "concurrency: of the queue 11"},
	} {
		changed := strings.Replace(source, c.was, c.is, 1)
		if found := strings.Join(disagreements(changed, makefile), "\n"); changed == source || !strings.Contains(found, c.want) {
			t.Errorf("%q for %q: %q, want %q", c.is, c.was, found, c.want)
		}
	}
}

// The role allows exactly the code's request: the audience is a single parameter, which both clouds use.
func TestTheTemplateIsKeyless(t *testing.T) {
	source := read(t, "../../template.yml")
	for _, want := range []string{"sts:GetWebIdentityToken", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
		"SENDBRIDGE_OIDC_AUDIENCE: !Ref OidcAudience", "sts:IdentityTokenAudience: !Ref OidcAudience"} {
		if !strings.Contains(source, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(source, "ALIBABA_CLOUD_ACCESS_KEY") {
		t.Error("it has a place for a stored key")
	}
}

// The canary sends the event that the function answers with a report, and the alarms look for what it logs and counts.
func TestTheTemplatesAlarmsMatchTheFunctionsLog(t *testing.T) {
	source := read(t, "../../template.yml")
	if !doctor.IsQuestion([]byte(regexp.MustCompile(`Input: '(.*)'`).FindStringSubmatch(source)[1])) {
		t.Error("the canary does not ask the doctor")
	}
	for _, want := range []string{
		`FilterPattern: '{ $.msg = "doctor" && $.ok IS FALSE }'`,            // TestAFunctionAnswersTheDoctorsQuestion
		"MetricName: failed\n      Dimensions:\n        - Name: function\n", // TestEmbeddedMetricFormat
		"RetentionInDays: !Ref LogRetentionDays", "LogGroup: !Ref ForwarderLog", "KmsKeyId: !If",
	} {
		if !strings.Contains(source, want) {
			t.Errorf("no %s", want)
		}
	}
	if queues, encrypted := strings.Count(source, "Type: AWS::SQS::Queue\n"), strings.Count(source, "SqsManagedSseEnabled: true"); queues != encrypted {
		t.Errorf("%d of %d queues are encrypted", encrypted, queues)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
