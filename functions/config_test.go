package functions_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sendbridge/functions"
)

// good returns a valid environment.
func good(extra ...string) []string {
	return append([]string{"SENDBRIDGE_INSTANCE_ID=post-cn-x", "SENDBRIDGE_REGION=cn-hangzhou"}, extra...)
}

func TestLoadDefaults(t *testing.T) {
	c, err := functions.Load(good("PATH=/bin", "SENDBRIDGE_NETWORK="))
	if err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]bool{
		"endpoint":    c.Endpoint == "https://onsmqtt.cn-hangzhou.aliyuncs.com",
		"listen":      c.Listen == "127.0.0.1:8080",
		"concurrency": c.Concurrency == 32,
		"timeouts":    c.Timeout == 4*time.Second && c.RequestTimeout == 9*time.Second,
		"body":        c.MaxBody == 1<<20,
		"dedup":       c.Dedup == 5*time.Minute,
		"rate":        c.Rate == 250,
		"words":       c.Signature == "auto" && c.Unmatched == "drop" && c.Credentials == "auto",
	} {
		if !check {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestLoadDerives(t *testing.T) {
	for _, c := range []struct {
		environ []string
		check   func(functions.Config) bool
	}{
		{good("SENDBRIDGE_NETWORK=vpc"), func(c functions.Config) bool { return c.Endpoint == "https://onsmqtt-vpc.cn-hangzhou.aliyuncs.com" }},
		{good("SENDBRIDGE_REGION=cn-new-1", "SENDBRIDGE_REGION_FORCE=true"), func(c functions.Config) bool { return c.Endpoint == "https://onsmqtt.cn-new-1.aliyuncs.com" }},
		{good("SENDBRIDGE_ENDPOINT=http://127.0.0.1:8081"), func(c functions.Config) bool { return c.Endpoint == "http://127.0.0.1:8081" }},
		{[]string{"SENDBRIDGE_INSTANCE_ID=x", "FC_REGION=cn-shanghai"}, func(c functions.Config) bool { return strings.Contains(c.Endpoint, "cn-shanghai") }},
		{good(), func(c functions.Config) bool { return c.Drain == 5*time.Second }},
		{good("SENDBRIDGE_DRAIN=0"), func(c functions.Config) bool { return c.Drain == 0 }},
		{good("FC_SERVER_PORT=9000", "SENDBRIDGE_RATE=50", "SENDBRIDGE_AUTH=none"), func(c functions.Config) bool { return c.Drain == 0 }},
		{good("PORT=7000", "SENDBRIDGE_AUTH=none"), func(c functions.Config) bool { return c.Listen == ":7000" }},
		{good("PORT=7000", "FC_SERVER_PORT=9000", "SENDBRIDGE_RATE=50", "SENDBRIDGE_AUTH=none"), func(c functions.Config) bool { return c.Listen == "0.0.0.0:9000" }},
		{good("FC_CUSTOM_LISTEN_PORT=9001", "SENDBRIDGE_RATE=50"), func(c functions.Config) bool { return c.Listen == "0.0.0.0:9001" && c.Auth == "" }},
		{good("SENDBRIDGE_MAX_BODY=64KiB"), func(c functions.Config) bool { return c.MaxBody == 65536 }},
		{good("SENDBRIDGE_AUTH=bearer", "SENDBRIDGE_TOKEN=a,b"), func(c functions.Config) bool { return len(c.Token) == 2 }},
	} {
		got, err := functions.Load(c.environ)
		if err != nil || !c.check(got) {
			t.Errorf("%v: %+v, %v", c.environ, got, err)
		}
	}
}

// A wrong value prevents the start, with its name, the value and what is allowed.
func TestLoadRefuses(t *testing.T) {
	for setting, want := range map[string]string{
		"SENDBRIDGE_NETWORK=lan":                 `SENDBRIDGE_NETWORK="lan": want one of public, vpc`,
		"SENDBRIDGE_SIGNATURE=v2":                `SENDBRIDGE_SIGNATURE="v2": want one of auto, v3, v3-form, v1`,
		"SENDBRIDGE_UNMATCHED=keep":              "want one of drop, reject",
		"SENDBRIDGE_RATE=many":                   `SENDBRIDGE_RATE="many": want a whole number of calls a second`,
		"SENDBRIDGE_RATE=301":                    "SENDBRIDGE_RATE_FORCE=true",
		"SENDBRIDGE_RATE=-1":                     "0 for no limit",
		"SENDBRIDGE_CONCURRENCY=0":               "from 1 to 1000",
		"SENDBRIDGE_TIMEOUT=4":                   "a duration over 0 such as 4s",
		"SENDBRIDGE_TIMEOUT=0s":                  "a duration over 0 such as 4s",
		"SENDBRIDGE_REQUEST_TIMEOUT=3s":          "not below SENDBRIDGE_TIMEOUT",
		"SENDBRIDGE_MAX_BODY=1GB":                "KiB or MiB",
		"SENDBRIDGE_ALLOWED_ORIGINS=,":           "* or origins",
		"SENDBRIDGE_MAX_BODY=0":                  "KiB or MiB",
		"SENDBRIDGE_DEDUP=-1s":                   "0 for none",
		"SENDBRIDGE_DEAD_LETTER=http://x/":       "want an https:// or file:/// URL",
		"SENDBRIDGE_LISTEN=8080":                 "host:port",
		"SENDBRIDGE_LISTEN=:8080":                "to listen on the non-loopback address :8080",
		"SENDBRIDGE_AUTH=basic":                  "want one of none, bearer",
		"SENDBRIDGE_AUTH=bearer":                 "SENDBRIDGE_TOKEN is not set",
		"SENDBRIDGE_TOKEN=hush-hush":             "SENDBRIDGE_AUTH is not set: want bearer",
		"SENDBRIDGE_PARTIAL_BATCH=sqs,sns":       "want one of sqs, kinesis, dynamodb, kafka",
		"SENDBRIDGE_CREDENTIALS=vault":           "want one of auto, fc",
		"SENDBRIDGE_CREDENTIALS=role":            "one of auto, fc, aws, access_key",
		"SENDBRIDGE_TRIGGER=iot":                 "one of generic, mns-stream",
		"SENDBRIDGE_TRIGGER=generic":             "SENDBRIDGE_TYPE is not set",
		"SENDBRIDGE_SOURCE=a b:c d":              "a URI reference",
		"SENDBRIDGE_ENDPOINT=not a url":          `SENDBRIDGE_ENDPOINT="not a url"`,
		"SENDBRIDGE_ENDPOINT=http://example.com": "SENDBRIDGE_INSECURE=true allows",
		"SENDBRIDGE_REGION=cn-hangzhuo":          `SENDBRIDGE_REGION="cn-hangzhuo": want a region that has ApsaraMQ for MQTT: did you mean "cn-hangzhou"?`,
		"SENDBRIDGE_REGION=ap-southeast-2":       "SENDBRIDGE_REGION_FORCE=true allows a newer one",
		"SENDBRIDGE_DEAD_LETTER=/var/x.jsonl":    `SENDBRIDGE_DEAD_LETTER="/var/x.jsonl": want an https:// or file:///`,
		"SENDBRIDGE_DEAD_LETTER=file://x":        `SENDBRIDGE_DEAD_LETTER="file://x": want`,
		"SENDBRIDGE_LOG_FORMAT=xml":              "one of json, text",
		"SENDBRIDGE_LOG=loud":                    "debug, info, warn or error",
		"SENDBRIDGE_INSECURE=maybe":              "true or false",
		"SENDBRIDGE_RULE=x":                      "SENDBRIDGE_RULE: there is no such setting; did you mean SENDBRIDGE_RULES?",
		"SENDBRIDGE_INSTANCEID=x":                "did you mean SENDBRIDGE_INSTANCE_ID?",
	} {
		if _, err := functions.Load(good(setting)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", setting, err, want)
		} else if strings.Contains(err.Error(), "hush-hush") {
			t.Errorf("%s: the error shows the secret: %v", setting, err)
		}
	}
}

func TestLoadShowsEveryFault(t *testing.T) {
	_, err := functions.Load([]string{"SENDBRIDGE_TIMEOUT=x", "SENDBRIDGE_NETWORK=x", "SENDBRIDGE_X=1"})
	for _, want := range []string{"SENDBRIDGE_TIMEOUT", "SENDBRIDGE_NETWORK", "SENDBRIDGE_X"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
	_, err = functions.Load(nil)
	for _, want := range []string{"SENDBRIDGE_INSTANCE_ID is not set", "such as post-cn-0pp12gl0001 or mqtt-cn-0pp12gl0001", "SENDBRIDGE_REGION is not set"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

func TestRulesComeFromOnePlace(t *testing.T) {
	for _, pair := range [][]string{{"SENDBRIDGE_TOPIC=a/b", "SENDBRIDGE_RULES=rules"}, {"SENDBRIDGE_RULES=x", "SENDBRIDGE_RULES_FILE=y"}} {
		if _, err := functions.Load(good(pair...)); err == nil || !strings.Contains(err.Error(), "only one of") {
			t.Errorf("%v: got %v", pair, err)
		}
	}
	dir := t.TempDir()
	if _, err := functions.LoadRules(&functions.Config{}, dir); err == nil || !strings.Contains(err.Error(), "SENDBRIDGE_TOPIC") {
		t.Errorf("no rules at all: %v", err)
	}
	const yaml = "rules: [{topic: a/b, payload: original}]"
	if err := os.WriteFile(filepath.Join(dir, "sendbridge.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	beside, err := functions.LoadRules(&functions.Config{}, dir)
	if err != nil || beside.List.Len() != 1 {
		t.Fatalf("the file beside the binary: %v, %v", beside, err)
	}
	inline, err := functions.LoadRules(&functions.Config{Rules: yaml}, dir)
	if err != nil || inline.Hash != beside.Hash || inline.Hash == "" {
		t.Errorf("the same rules inline: %v, %v", inline, err)
	}
	if _, err := functions.LoadRules(&functions.Config{Topic: "a/${$.nothing}/#"}, dir); err == nil || !strings.Contains(err.Error(), "SENDBRIDGE_TOPIC") {
		t.Errorf("a wrong topic: %v", err)
	}
	if _, err := functions.LoadRules(&functions.Config{RulesFile: filepath.Join(dir, "absent")}, dir); err == nil {
		t.Error("an absent file")
	}
}

func TestFunctionsNeedARateAndHaveNoDisk(t *testing.T) {
	for _, runtime := range []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001", "FC_RUNTIME_API=127.0.0.1:9001", "FC_FUNCTION_NAME=f"} {
		if _, err := functions.Load(good(runtime)); err == nil || !strings.Contains(err.Error(), "SENDBRIDGE_RATE is not set") {
			t.Errorf("%s without a rate: %v", runtime, err)
		}
		if _, err := functions.Load(good(runtime, "SENDBRIDGE_RATE=25", "SENDBRIDGE_DEAD_LETTER=file:///tmp/x")); err == nil || !strings.Contains(err.Error(), "loses its disk when its instance ends") {
			t.Errorf("%s with a dead-letter file: %v", runtime, err)
		}
		if _, err := functions.Load(good(runtime, "SENDBRIDGE_RATE=25", "SENDBRIDGE_DEAD_LETTER=https://example.com/dead")); err != nil {
			t.Errorf("%s: %v", runtime, err)
		}
	}
}

// A configuration without a source of credentials does not start. Errors that only a call can show appear later.
func TestCredentialsAreCheckedAtTheStart(t *testing.T) {
	for want, keys := range map[string][]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID is not set":     {"SENDBRIDGE_CREDENTIALS=access_key"},
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set": {"ALIBABA_CLOUD_ACCESS_KEY_ID=x", "SENDBRIDGE_CREDENTIALS=access_key"},
		"SECRET is not set: want the secret":         {"ALIBABA_CLOUD_ACCESS_KEY_ID=x"}, // the user meant to use a key that is half set
		"TOKEN is not set: want the security token":  {"ALIBABA_CLOUD_ACCESS_KEY_ID=STS.x", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=hush-hush"},
		"ALIBABA_CLOUD_ROLE_ARN is not set":          {"SENDBRIDGE_CREDENTIALS=aws", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=hush-hush"},
		"ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set":   {"SENDBRIDGE_CREDENTIALS=oidc_role_arn", "ALIBABA_CLOUD_ROLE_ARN=acs:ram::1:role/x", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN=acs:ram::1:oidc-provider/x"},
		"ALIBABA_CLOUD_SECURITY_TOKEN is not set":    {"ALIBABA_CLOUD_ACCESS_KEY_ID=x", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=hush-hush", "SENDBRIDGE_CREDENTIALS=sts"},
	} {
		_, _, _, err := functions.FromEnvironment(good(append(keys, "SENDBRIDGE_TOPIC=a/b")...), io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush-hush") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// A function's own region is the default, and the error says where it comes from. The region of the public network has no
// VPC endpoint.
func TestRegionsThatLackTheAPI(t *testing.T) {
	for _, c := range []struct {
		environ []string
		want    string
	}{
		{[]string{"SENDBRIDGE_INSTANCE_ID=x", "FC_REGION=ap-southeast-2"}, "(the function is in ap-southeast-2)"},
		{good("SENDBRIDGE_REGION=mq-internet-access", "SENDBRIDGE_NETWORK=vpc"), `SENDBRIDGE_REGION="mq-internet-access": want a region`},
	} {
		if _, err := functions.Load(c.environ); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.environ, err, c.want)
		}
	}
	if _, err := functions.Load(good("SENDBRIDGE_REGION=mq-internet-access")); err != nil {
		t.Error(err)
	}
}
