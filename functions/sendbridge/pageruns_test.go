package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Beginnings of commands that run in this test, and of those that need a cloud, a cluster, a network, root or minutes.
// A new command on a page must begin like one of them.
var (
	runsHere = regexp.MustCompile(`^(cat > sendbridge.yaml |cp examples/|bin/sendbridge (validate|render|test|schema) |` +
		`go run \./functions/sendbridge (render|test|validate|schema) |signature=|printf |gzip |curl -i http://127|curl -X|curl -d )`)
	runsElsewhere = regexp.MustCompile(`^(make |s deploy|sam |aws |aliyun |openssl s_client|for ca in|mosquitto_sub|podman |docker |kubectl |install |systemctl |` +
		`ossutil |bin/http|export |ALIBABA_CLOUD_|sendbridge (replay|doctor)|bin/sendbridge doctor|GITHUB_SECRET=hush bin/sendbridge dev|curl --cacert)`)
)

// pageRules let every sender of the pages in.
const pageRules = `
inlets:
  github: {verify: github, secretEnv: GITHUB_SECRET}
  alerts: {verify: none, unverified: anybody-may-post, type: com.example.alert}
rules:
  - {name: push, pattern: {type: [com.github.push]}, topic: "code/${$.data.repository.name}", payload: {jsonpath: $.data.after}}
  - {name: alert, pattern: {type: [com.example.alert]}, topic: "alerts/all", payload: {jsonpath: $.data}}
  - {name: door, pattern: {type: [com.example.door]}, topic: "doors/all", payload: {jsonpath: $.data}}
`

// Each command of a page that can run here does, in the page's order, with dev at the addresses that the pages name.
func TestCommandsOfPagesRun(t *testing.T) {
	for _, needed := range []string{"bash", "curl", "openssl", "gzip"} {
		if _, err := exec.LookPath(needed); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	scripts := make(map[string][]string)
	for _, c := range commandsOfPages(t) {
		switch {
		case runsHere.MatchString(c.text):
			scripts[c.page] = append(scripts[c.page], c.text)
		case !runsElsewhere.MatchString(c.text):
			t.Errorf("%s: say in this file whether the test runs %s", c.page, c.text)
		}
	}
	messages := map[string][]string{
		"README.md":             {`"doors/all"`, `{\"open\":false}`, `{\"open\":true}`},
		"docs/guide-webhook.md": {`"code/lamp"`, `4f2a9c0d1e5b67880a1b2c3d4e5f60718293a4b5`},
		"docs/webhooks.md":      {`"alerts/all"`, `{\"name\": \"你\"}`, `{\"name\":\"你\"}`, `{\"a\": 1}`, `{\"door\": 2}`, `{\"open\":9}`},
	}
	for page, script := range scripts {
		t.Run(page, func(t *testing.T) {
			got := runPage(t, script)
			for _, want := range messages[page] {
				if !strings.Contains(got, want) {
					t.Errorf("the messages lack %s:\n%s", want, got)
				}
			}
		})
		delete(messages, page)
	}
	if len(messages) > 0 {
		t.Errorf("no command of these pages ran: %v", messages)
	}
}

// runPage runs commands in a directory that looks like a clone, and returns what the emulator's messages are then.
func runPage(t *testing.T, script []string) (messages string) {
	t.Helper()
	dir := write(t, map[string]string{
		"page.yaml":  pageRules,
		"event.json": `{"specversion":"1.0","id":"9","source":"/front-door","type":"com.example.door","data":{"open":9}}`,
	})
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"adapters", "deploy", "docs", "examples"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	said := devAddressesWith(t, []string{"GITHUB_SECRET=hush"}, "--rules", filepath.Join(dir, "page.yaml"))
	text := strings.NewReplacer("http://127.0.0.1:8080/", said["events"], "http://127.0.0.1:8081/", said["emulator"],
		"go run ./functions/sendbridge", cliPath(t), "bin/sendbridge", cliPath(t)).Replace(strings.Join(script, "\n"))
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "URL="+strings.TrimSuffix(said["events"], "/"))
	cmd.Stdin = strings.NewReader("curl() { command curl -sS --noproxy '*' --fail-with-body \"$@\"; }\n" + text + "\n")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s\n%s", err, text, out.String())
	}
	return sentTo(t, said["emulator"])
}

func sentTo(t *testing.T, emulator string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, emulator+"_emulator/messages", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
