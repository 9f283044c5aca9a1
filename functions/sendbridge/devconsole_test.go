package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sendbridge/functions"
)

// startWithConsole runs dev on free ports until the test ends. It returns the addresses of events, emulator, broker and
// console.
func startWithConsole(t *testing.T, args ...string) map[string]string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan int, 1)
	args = append([]string{"dev", "--no-sample", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--console", "127.0.0.1:0"}, args...)
	go func() {
		done <- run(ctx, args, terminal{nil, w, os.Stderr, unhurried})
		w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("dev ended with %d", code)
		}
	})
	at := map[string]string{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 1 && strings.Contains(words[1], "://") {
			at[words[0]] = words[1]
		}
		if strings.HasPrefix(lines.Text(), "  curl") {
			break
		}
	}
	go io.Copy(io.Discard, r)
	return at
}

// A web page under a host name that resolves to this machine can neither read nor change anything of dev.
func TestDevAnswersToThisMachinesNamesOnly(t *testing.T) {
	at := startWithConsole(t)
	for _, target := range []string{
		"GET " + at["console"], "GET " + at["console"] + "api/stream", "POST " + at["console"] + "api/faults", "GET " + at["console"] + "api/events/1",
		"GET " + at["emulator"] + "_emulator/messages", "POST " + at["emulator"] + "_emulator/faults", "DELETE " + at["emulator"] + "_emulator/stats", "POST " + at["emulator"],
		"POST " + at["events"], "OPTIONS " + at["events"],
	} {
		method, url, _ := strings.Cut(target, " ")
		for _, host := range []string{"rebound.example", "rebound.example:8081", "127.0.0.1.rebound.example"} {
			r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s as %s is answered %s", target, host, answer.Status)
			}
		}
	}
	answer, err := http.Get(at["console"])
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	answer.Body.Close()
}

// Each source has a sample, and each sample decodes in the way it is offered for.
func TestSamplesDecode(t *testing.T) {
	list, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := functions.ParseRules("r.yaml", []byte(`inlets:
  github: {verify: github, secretEnv: A}
  stripe: {verify: stripe, secretEnv: B}
  alerts: {verify: bearer, secretEnv: C, type: com.example.alertmanager}
rules: [{topic: a/b, payload: original}]`))
	if err != nil {
		t.Fatal(err)
	}
	why, decoded := map[string]error{}, map[string]bool{}
	for _, s := range list {
		source, _, _ := strings.Cut(s.Name, "/")
		source = s.As + " " + source
		if _, err := decodeSample(terminal{}, s, rules); err != nil {
			why[source] = err
		} else {
			decoded[source] = true
		}
	}
	for source, err := range why { // samples that functions do not receive, or only with a setting
		if !decoded[source] && !slices.Contains([]string{"lambda refused", "lambda generic", "fc generic", "fc doctor"}, source) {
			t.Errorf("%s: %v", source, err)
		}
	}
	if len(decoded) < 30 || !decoded["lambda sqs"] || !decoded["fc oss"] {
		t.Errorf("decoded: %v", decoded)
	}
}

// A rule test that the console writes passes sendbridge test.
func TestACaseOfTheConsolePasses(t *testing.T) {
	dir := write(t, map[string]string{"rules.yaml": doorRules})
	file := filepath.Join(dir, "cases.yaml")
	at := startWithConsole(t, "--rules", filepath.Join(dir, "rules.yaml"), "--cases", file)
	post(t, at["events"], "application/cloudevents+json", door("1", "north"))
	post(t, at["events"], "application/cloudevents+json", strings.Replace(door("2 ☂ \\\" \\ud83d\\ude00", "n"), `"open":true`, `"open":false,"big":12345678901234567890,"f":1.50`, 1))
	post(t, at["events"], "application/cloudevents+json", door("3", "a/b"))
	for _, seq := range []string{"1", "2", "3"} {
		if status, body := post(t, at["console"]+"api/events/"+seq+"/case", "application/json", ""); status != http.StatusNoContent {
			t.Errorf("%d %s", status, body)
		}
	}
	if code, out, errors := command(t, "", nil, "test", file); code != 0 || !strings.Contains(out, "3 passed, 0 failed") {
		text, _ := os.ReadFile(file)
		t.Errorf("%d %s %s\n%s", code, out, errors, text)
	}
}

// The case of an inlet's event names the ingress.
func TestACaseHasItsIngress(t *testing.T) {
	set, err := functions.ParseRules("r.yaml", []byte(`rules: [{pattern: {sendbridgeingress: ["http:/in/github"]}, topic: a/b, payload: {constant: x}}]`))
	if err != nil {
		t.Fatal(err)
	}
	const event = `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`
	if err := checkCase([]byte(`- {name: a, ingress: "http:/in/github", event: `+event+`, expect: [{topic: a/b, payload: x}]}`), set); err != nil {
		t.Error(err)
	}
	if err := checkCase([]byte(`- {name: a, event: `+event+`, expect: []}`), set); err != nil {
		t.Error(err)
	}
	if err := checkCase([]byte(`- {name: a, event: `+event+`, expect: [{topic: a/b, payload: x}]}`), set); err == nil {
		t.Error("another ingress passes")
	}
}

// Without a console dev records nothing, and publishes to the broker directly.
func TestNoConsoleCostsNothing(t *testing.T) {
	d, err := (&devCommand{HTTP: "127.0.0.1:0", API: "127.0.0.1:0", MQTT: "127.0.0.1:0", Console: consoleOff}).start(terminal{out: io.Discard, err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if d.traffic != nil || d.page != nil || d.console != nil || d.broker.observed {
		t.Errorf("traffic %v, page %v, listener %v, hand-overs recorded %v", d.traffic, d.page, d.console, d.broker.observed)
	}
}
