package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

// badFiles are files that users pass to a command by mistake. caseRules are valid rules.
var badFiles = map[string]string{
	"rules.yaml":      doorRules,
	"event.json":      door("1", "north"),
	"other.json":      `{"specversion":"1.0","id":"7","source":"/x","type":"other"}`,
	"lines.jsonl":     door("1", "north") + "\n\n" + door("2", "south") + "\n",
	"badline.jsonl":   door("1", "north") + "\n" + `{"specversion":"1.0"` + "\n",
	"mixed.jsonl":     door("1", "north") + "\n" + `{"specversion":"1.0","id":"7","source":"/x","type":"other"}` + "\n",
	"noexpect.yaml":   "rules: rules.yaml\ncases:\n  - name: a\n    event: {}\n    expect: []\n  - name: forgotten\n    event: {specversion: \"1.0\", id: \"1\", source: /s, type: t}\n",
	"noevent.yaml":    "rules: rules.yaml\ncases:\n  - name: a\n    expect: []\n",
	"key.yaml":        "rules: rules.yaml\ncases:\n  - name: a\n    evnt: {}\n    expect: []\n",
	"now.yaml":        "rules: rules.yaml\ncases:\n  - name: a\n    now: noon\n    event: " + door("1", "north") + "\n    expect: []\n",
	"nofile.yaml":     "rules: rules.yaml\ncases:\n  - name: a\n    eventFile: gone.json\n    expect: []\n",
	"notyaml.yaml":    "rules: rules.yaml\ncases: [\n",
	"nocases.yaml":    "rules: rules.yaml\n",
	"fails.yaml":      "rules: rules.yaml\ncases:\n  - name: a\n    event: " + door("1", "north") + "\n    expect: []\n",
	"elsewhere.yaml":  "rules: gone.yaml\ncases:\n  - name: a\n    event: " + door("1", "north") + "\n    expect: []\n",
	"badrules.yaml":   "rules:\n  - topic: a/#\n    payload: original\n",
	"tests.bad.yaml":  "rules: badrules.yaml\ncases:\n  - name: a\n    event: {}\n    expect: []\n",
	"notutf8.yaml":    "rules:\n  - topic: \xff\n",
	"empty.yaml":      "",
	"scalar.yaml":     "rules",
	"warns.yaml":      "rules:\n  - topic: a/b\n    payload: {template: 'id $.data.id'}\n    pattern: {sendbridgeingress: ['http:/in/x']}\n",
	"qos.yaml":        "rules:\n  - topic: a/b\n    payload: original\n    qos: 1\n",
	"tab.yaml":        "rules:\n\t- topic: a/b\n",
	"alias.yaml":      "rules:\n  - &a {topic: a/b, payload: original}\n  - *a\n",
	"misspelled.yaml": "rules:\n  - topic: a/b\n    payload: orignal\n",
}

// A badInput is a command line that users get wrong.
type badInput struct {
	args    string
	stdin   string
	environ []string
	process bool // a process of its own answers, so that each exit code and standard input are tried there, too
	code    int
	says    string // texts in the output, separated by |
}

// answerOf returns the exit code of a command and all of its output. The command runs in this process or in its own.
func answerOf(t *testing.T, process bool, stdin string, environ []string, args ...string) (code int, out string) {
	t.Helper()
	var both lockedBuffer
	if !process {
		code = run(t.Context(), args, terminal{strings.NewReader(stdin), &both, &both, loopbacktest.Environ(environ...)})
		return code, both.String()
	}
	cmd := exec.CommandContext(t.Context(), cliPath(t), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &both, &both
	cmd.Env = loopbacktest.Environ(environ...)
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), both.String()
}

// Every command reports what is wrong with each bad input and where, and ends with the documented exit code.
func TestCommandsOfBadInputs(t *testing.T) {
	b := newBench(t)
	t.Chdir(write(t, badFiles))
	sends := b.environ("SENDBRIDGE_RULES=" + doorRules)
	for _, tt := range []badInput{
		{args: "validate gone.yaml", code: 1, says: "gone.yaml: no such file"},
		{args: "validate badrules.yaml", code: 1, says: "badrules.yaml:2:12: |#"},
		{args: "validate misspelled.yaml", code: 1, says: `misspelled.yaml:3:14: |write original`},
		{args: "validate notutf8.yaml", code: 1, says: "notutf8.yaml:2:1: not UTF-8"},
		{args: "validate empty.yaml", code: 1, says: "empty.yaml:1:1: the file is empty"},
		{args: "validate scalar.yaml", code: 1, says: "scalar.yaml:1:1: |must be a mapping"},
		{args: "validate -", stdin: badFiles["badrules.yaml"], process: true, code: 1, says: "-:2:12: |#"},
		{args: "validate -", stdin: doorRules, code: 0, says: "1 rule"},
		{args: "validate warns.yaml", code: 0, says: "warns.yaml:3:25: warning: template has $.data.id|warns.yaml:4:35: warning: no event has ingress http:/in/x|1 rule, hash"},
		{args: "validate --strict warns.yaml", code: 1, says: "warns.yaml:3:25: warning: |2 warnings: --strict allows none"},
		{args: "validate --strict rules.yaml", code: 0, says: "1 rule"},
		{args: "validate qos.yaml", code: 1, says: "qos.yaml:4:5: |SendMessage has no QoS"},
		{args: "validate tab.yaml", code: 1, says: "tab.yaml:2:1: |YAML does not allow tabs"},
		{args: "validate alias.yaml", code: 1, says: "alias.yaml:3:5: *a: aliases and tags are not supported"},
		{args: "validate", process: true, code: 80, says: "<file>"},
		{args: "validate --strct rules.yaml", code: 80, says: "--strct"},

		{args: "test rules.yaml", code: 1, says: "rules.yaml:1:1: this is a rules file, not a file of cases|docs/rule-tests.md"},
		{args: "test event.json", code: 1, says: "event.json:1:1: this is an event"},
		{args: "test gone.yaml", code: 1, says: "gone.yaml: no such file"},
		{args: "test noexpect.yaml", code: 1, says: `noexpect.yaml:6:5: case "forgotten": expect is missing|expect: []`},
		{args: "test noevent.yaml", code: 1, says: `noevent.yaml:3:5: case "a": want either event or eventFile`},
		{args: "test key.yaml", code: 1, says: `key.yaml:4:5: "evnt" is not a key|eventFile`},
		{args: "test now.yaml", code: 1, says: `now.yaml:3:5: case "a": now: "noon"|RFC 3339`},
		{args: "test nofile.yaml", code: 1, says: `nofile.yaml:3:5: case "a": |gone.json: no such file`},
		{args: "test notyaml.yaml", code: 1, says: "notyaml.yaml:2:8: "},
		{args: "test nocases.yaml", code: 1, says: "nocases.yaml:1:1: want rules and cases"},
		{args: "test elsewhere.yaml", code: 1, says: "gone.yaml: no such file"},
		{args: "test tests.bad.yaml", code: 1, says: "badrules.yaml:2:12: "},
		{args: "test fails.yaml", code: 1, says: "FAIL  a (fails.yaml:3:5)|1 of 1 cases failed"},
		{args: "test -", stdin: badFiles["nocases.yaml"], code: 1, says: "-:1:1: want rules and cases"},

		{args: "render --rules rules.yaml gone.json", code: 1, says: "gone.json: no such file"},
		{args: "render --rules gone.yaml event.json", code: 1, says: "gone.yaml: no such file"},
		{args: "render event.json", code: 80, says: "--rules"},
		{args: "render --rules badrules.yaml event.json", code: 1, says: "badrules.yaml:2:12: "},
		{args: "render --rules rules.yaml --path /in/none event.json", code: 1, says: `--path "/in/none"|no such inlet`},
		{args: "render --rules rules.yaml --as fc --path /in/x event.json", code: 1, says: `--path "/in/x" needs --as http`},
		{args: "render --rules rules.yaml --as lambda --header A:b event.json", code: 1, says: `--header "A:b" needs --as http`},
		{args: "render --rules rules.yaml --header A event.json", code: 1, says: `--header "A": want NAME: VALUE`},
		{args: "render --rules rules.yaml --as http rules.yaml", code: 1, says: "rules.yaml: not JSON"},
		{args: "render --rules rules.yaml --as pigeon event.json", code: 80, says: "--as"},
		{args: "render --rules rules.yaml -", stdin: "", code: 1, says: "-: "},

		{args: "send gone.json", environ: sends, code: 1, says: "gone.json: no such file"},
		{args: "send badline.jsonl", environ: sends, code: 1, says: "badline.jsonl:2: |not JSON"},
		{args: "send other.json", environ: sends, code: 3, says: `no rule matches event "7"|1 of 1 events not sent`},
		{args: "send mixed.jsonl", environ: sends, process: true, code: 3, says: "site/north/door door|1 of 2 events not sent"},
		{args: "send lines.jsonl", environ: sends, process: true, code: 0, says: "site/south/door door"},
		{args: "send event.json", code: 1, says: "SENDBRIDGE_INSTANCE_ID is not set"},
		{args: "send", stdin: "[]", environ: sends, code: 0},
		{args: "send event.json", environ: b.environ("SENDBRIDGE_TOPIC=a/b", "SENDBRIDGE_RATE=many"), code: 1, says: `SENDBRIDGE_RATE="many"`},

		{args: "rendr", code: 80, says: "render"},
		{args: "dev --console off --http 127.0.0.1:99999", process: true, code: 1, says: "--http: "},
		{args: "dev --console off --rules gone.yaml --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0", code: 1, says: "gone.yaml: no such file"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			code, out := answerOf(t, tt.process, tt.stdin, tt.environ, strings.Fields(tt.args)...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d: %s", code, tt.code, out)
			}
			for want := range strings.SplitSeq(tt.says, "|") {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in %s", want, out)
				}
			}
			for _, never := range []string{"panic", "goroutine ", onstest.STSToken, onstest.STSKeySecret} {
				if strings.Contains(out, never) {
					t.Errorf("%q in %s", never, out)
				}
			}
		})
	}
}

// The JUnit XML contains each case and, for a failed one, its place and each difference.
func TestJUnit(t *testing.T) {
	dir := write(t, badFiles)
	file := filepath.Join(dir, "junit.xml")
	code, _, errors := command(t, "", nil, "test", "--junit", file, filepath.Join(dir, "fails.yaml"))
	text := read(t, file)
	for _, want := range []string{`tests="1" failures="1"`, `name="a"`, `line="3"`, "fails.yaml:3:5", "want none, got rule"} {
		if code != 1 || !strings.Contains(text, want) {
			t.Errorf("%d %s: no %q in %s", code, errors, want, text)
		}
	}
}

// render --json writes the whole event, with its data, and what each rule makes of it.
func TestRenderForMachines(t *testing.T) {
	dir := write(t, badFiles)
	rules := filepath.Join(dir, "rules.yaml")
	code, out, errors := command(t, "", nil, "render", "--json", "--rules", rules, filepath.Join(dir, "event.json"))
	for _, want := range []string{`"event":{"specversion":"1.0","id":"1"`, `"data":{`, `"ingress":"http:/"`, `"rule":"door","matches":true`, `"topic":"site/north/door"`} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d %s: no %q in %s", code, errors, want, out)
		}
	}
	code, out, _ = command(t, `[{"specversion":"1.0"},`+badFiles["other.json"]+`]`, nil, "render", "--json", "--rules", rules, "-")
	for _, want := range []string{`"refused":{"code":"InvalidEvent","class":"message"`, `"matches":false,"mismatch":"`} {
		if code != 1 || !strings.Contains(out, want) {
			t.Errorf("%d: no %q in %s", code, want, out)
		}
	}
	// render prints the whole event for every ingress.
	for as, payload := range map[string]string{
		"http": badFiles["event.json"], "lambda": "../../adapters/awslambda/testdata/sqs/bodies.json", "fc": "../../adapters/alifc/testdata/timer/json-payload.json",
	} {
		file := payload
		if as == "http" {
			file = filepath.Join(dir, "event.json")
		}
		if _, out, errors := command(t, "", nil, "render", "--as", as, "--rules", rules, file); !strings.Contains(out, `{"specversion":"1.0"`) || !strings.Contains(out, `"data`) || !strings.Contains(out, "ingress "+as+":") {
			t.Errorf("%s: %s %s", as, out, errors)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The command retries for SENDBRIDGE_TIMEOUT. A short one could end before the first connection is refused.
func TestSendToAnEndpointWhereNothingListens(t *testing.T) {
	t.Parallel()
	environ := newBench(t).environ("SENDBRIDGE_RULES="+doorRules, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1", "SENDBRIDGE_TIMEOUT=4s")
	code, out := answerOf(t, false, badFiles["event.json"], environ, "send")
	if code != 1 || !strings.Contains(out, "nothing listens at the endpoint") || !strings.Contains(out, "1 of 1 events not sent (EndpointRefused)") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
