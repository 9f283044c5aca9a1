package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// command runs the program and returns its exit code and output.
func command(t *testing.T, stdin string, environ []string, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(t.Context(), args, terminal{strings.NewReader(stdin), &stdout, &stderr, environ})
	return code, stdout.String(), stderr.String()
}

// write writes files to a new temporary directory and returns the directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestValidate(t *testing.T) {
	dir := write(t, map[string]string{"good.yaml": doorRules, "bad.yaml": "rules:\n  - topic: a/#\n    payload: orignal\n    patern: {}\n"})
	code, out, _ := command(t, "", nil, "validate", filepath.Join(dir, "good.yaml"))
	if code != 0 || !strings.Contains(out, "1 rule, hash ") {
		t.Errorf("good rules: %d %s", code, out)
	}
	bad := filepath.Join(dir, "bad.yaml")
	code, _, errors := command(t, "", nil, "validate", bad)
	for _, want := range []string{bad + ":2:12: ", bad + ":3:14: ", bad + ":4:5: ", `did you mean "pattern"`, "original"} {
		if code != 1 || !strings.Contains(errors, want) {
			t.Errorf("bad rules: %d, no %q in %s", code, want, errors)
		}
	}
	if code, _, errors := command(t, "", nil, "validate", filepath.Join(dir, "absent")); code != 1 || !strings.Contains(errors, "absent") {
		t.Errorf("no file: %d %s", code, errors)
	}
}

func TestRender(t *testing.T) {
	dir := write(t, map[string]string{
		"rules.yaml": doorRules + "  - {name: other, pattern: {type: [x]}, topic: a/b, payload: original}\n  - {name: each, each: $.data.none, topic: a/b, payload: original}\n",
		"event.json": door("1", "north"),
		"bad.json":   `{"specversion":"1.0"}`,
	})
	rules := filepath.Join(dir, "rules.yaml")
	code, out, errors := command(t, "", nil, "render", "--rules", rules, "--as", "http", filepath.Join(dir, "event.json"))
	for _, want := range []string{"event 1 of 1: id 1, source /doors, type com.example.door", "rule door: matches", "site/north/door",
		`{"at": "1", "by": {"n":7}}`, "rule other: no match: ", "com.example.door", "each: $.data.none is missing"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	if code != 1 || !strings.Contains(errors, "1 refused") {
		t.Errorf("with a refusal: %d %s", code, errors)
	}
	code, out, _ = command(t, "["+door("1", "a")+","+door("2", "b")+"]", nil, "render", "--rules", rules, "-")
	if code != 1 || !strings.Contains(out, "event 2 of 2") || !strings.Contains(out, "site/b/door") {
		t.Errorf("a batch on standard input: %d %s", code, out)
	}
	code, _, errors = command(t, "", nil, "render", "--rules", rules, filepath.Join(dir, "bad.json"))
	if code != 1 || !strings.Contains(errors, "bad.json: ") || !strings.Contains(errors, "id is missing") {
		t.Errorf("no event: %d %s", code, errors)
	}
}

func TestRuleTests(t *testing.T) {
	const cases = `
rules: rules.yaml
cases:
  - name: a door opens
    event: {specversion: "1.0", id: "1", source: /doors, type: com.example.door, data: {open: true, site: north, by: 7}}
    expect:
      - {rule: door, topic: site/north/door, payload: {by: 7, at: "1"}}
  - name: compared as text
    eventFile: event.json
    expect:
      - {topic: site/north/door, payload: '{"at": "1", "by": {"n":7}}'}
  - name: a closing door is dropped
    event: {specversion: "1.0", id: "2", source: /doors, type: com.example.door, data: {open: false}}
    expect: []
  - name: a refusal
    event: {specversion: "1.0", id: "3", source: /doors, type: com.example.door, data: {open: true, site: a/b}}
    expect: [{rule: door, error: TopicInvalid}]
  - name: no event at all
    event: [{specversion: "1.0"}]
    expect: [{error: InvalidEvent}]
`
	dir := write(t, map[string]string{"rules.yaml": doorRules, "event.json": door("1", "north"), "cases.yaml": cases,
		"wrong.yaml": strings.NewReplacer("site/north/door, payload: {by: 7", "site/south/door, payload: {by: 8", "expect: []", "expect: [{topic: a/b}]").Replace(cases),
		"typo.yaml":  strings.Replace(cases, "eventFile", "eventfile", 1),
	})
	code, out, errors := command(t, "", nil, "test", filepath.Join(dir, "cases.yaml"))
	if code != 0 || !strings.Contains(out, "5 passed, 0 failed") {
		t.Errorf("%d %s %s", code, out, errors)
	}
	code, out, _ = command(t, "", nil, "test", filepath.Join(dir, "wrong.yaml"))
	for _, want := range []string{"FAIL  a door opens", `want rule "door", topic "site/south/door", payload {"at":"1","by":8}, got rule "door", topic "site/north/door"`,
		"FAIL  a closing door is dropped", "got none", "3 passed, 2 failed"} {
		if code != 1 || !strings.Contains(out, want) {
			t.Errorf("%d, no %q in %s", code, want, out)
		}
	}
	if code, _, errors = command(t, "", nil, "test", filepath.Join(dir, "typo.yaml")); code != 1 || !strings.Contains(errors, "eventfile") {
		t.Errorf("an unknown key: %d %s", code, errors)
	}
}

func TestSend(t *testing.T) {
	b := newBench(t)
	environ := b.environ("SENDBRIDGE_RULES=" + doorRules)
	code, out, errors := command(t, door("1", "north"), environ, "send")
	messages := b.emulator.Messages()
	if code != 0 || len(messages) != 1 || out != messages[0].MsgID+" site/north/door door\n" {
		t.Errorf("%d %q %s; the emulator has %v", code, out, errors, messages)
	}
	if err := b.emulator.Fail(onstest.Fault{Code: "PermissionCheckFailed"}); err != nil {
		t.Fatal(err)
	}
	code, out, errors = command(t, door("1", "north"), environ, "send", "-")
	if code != 1 || out != "" || !strings.Contains(errors, "PermissionCheckFailed") || strings.Contains(errors, onstest.STSToken) {
		t.Errorf("refused: %d %q %s", code, out, errors)
	}
	if code, _, errors = command(t, "", nil, "send"); code != 1 || !strings.Contains(errors, "SENDBRIDGE_INSTANCE_ID") {
		t.Errorf("without settings: %d %s", code, errors)
	}
}

func TestVersionAndHelp(t *testing.T) {
	if code, out, _ := command(t, "", nil, "version"); code != 0 || strings.TrimSpace(out) != functions.Version() {
		t.Errorf("version: %d %s", code, out)
	}
	code, out, _ := command(t, "", nil, "--help")
	for _, want := range []string{"dev", "validate", "render", "test", "send", "doctor", "version", "SENDBRIDGE_INSTANCE_ID"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("help: %d, no %q in %s", code, want, out)
		}
	}
	if code, _, errors := command(t, "", nil, "rendr"); code == 0 || !strings.Contains(errors, "render") {
		t.Errorf("a misspelled command: %d %s", code, errors)
	}
}
