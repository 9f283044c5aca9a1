package interop

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/conformance/pkg/event"
	conformance "github.com/cloudevents/conformance/pkg/http"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
)

// messages is a Sender that records messages.
type messages struct {
	mu   sync.Mutex
	sent []string
}

func (m *messages) SendMessage(_ context.Context, _, payload string) (core.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, payload)
	return core.Receipt{MsgID: "5A0F", Attempts: 1}, nil
}

// serveEvents serves the root path and, with an inlet's YAML, /in/it.
func serveEvents(t *testing.T, yaml string) (*httptest.Server, *messages) {
	t.Helper()
	var specs []inlet.Spec
	set, err := rules.Parse("rules.yaml", []byte("rules: [{topic: a/b, payload: original}]\n"+yaml), inlet.Section(&specs))
	if err != nil {
		t.Fatal(err)
	}
	var inlets []*inlet.Inlet
	for i := range specs {
		in, err := inlet.New(specs[i], []string{"it's a secret"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		inlets = append(inlets, in)
	}
	sent := new(messages)
	server := httptest.NewServer(webhook.New(bridge.New(sent, set, nil).Deliver, &webhook.Options{Inlets: inlets}))
	t.Cleanup(server.Close)
	return server, sent
}

// An answer is an output line of a script in node/.
type answer struct {
	Mode, ID, Name, Body string
	Status               int
}

// A machine may have node without npm, which comes in a package of its own in Debian and Alpine.
func TestNodeWithoutNPM(t *testing.T) {
	for _, c := range []struct {
		tools []string
		want  string
	}{{nil, "node"}, {[]string{"npm"}, "node"}, {[]string{"node"}, "npm"}, {[]string{"node", "npm"}, ""}} {
		dir := t.TempDir()
		for _, tool := range c.tools {
			if err := os.WriteFile(filepath.Join(dir, tool), []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", dir)
		if got := missingOfNode(); got != c.want {
			t.Errorf("with %q: %q is missing, want %q", c.tools, got, c.want)
		}
	}
}

// missingOfNode returns the first of the tools that the scripts in node/ need and that is not installed, or "".
func missingOfNode() string {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool
		}
	}
	return ""
}

// requireNode skips a test if node or npm is not installed, and fails it in CI.
func requireNode(t *testing.T) {
	t.Helper()
	if missing := missingOfNode(); missing != "" {
		if os.Getenv("CI") == "true" {
			t.Fatal(missing + " is not installed, and CI must run this")
		}
		t.Skip("NOT RUN: " + missing + " is not installed")
	}
	if _, err := os.Stat(filepath.Join("node", "node_modules")); errors.Is(err, os.ErrNotExist) {
		t.Fatal("node/node_modules is not there: run make interop, which installs it")
	}
}

// runNode runs a script in node/.
func runNode(t *testing.T, script string, args ...string) []answer {
	t.Helper()
	requireNode(t)
	node := exec.Command("node", append([]string{script}, args...)...)
	node.Dir = "node"
	var problems bytes.Buffer
	node.Stderr = &problems
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, problems.String())
	}
	var list []answer
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		var a answer
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			t.Fatalf("%s printed %s", script, s.Text())
		}
		list = append(list, a)
	}
	return list
}

// Events of npm's cloudevents are accepted in both modes and are equal, except for text that it calls JSON.
func TestEventsOfNPMInBothModes(t *testing.T) {
	server, sent := serveEvents(t, "")
	answers := runNode(t, "cloudevents.mjs", server.URL)
	if len(answers) != 15 {
		t.Fatalf("%d answers", len(answers))
	}
	for i, a := range answers {
		if a.Status != 204 {
			t.Errorf("%s %s: %d %s", a.Mode, a.ID, a.Status, a.Body)
			continue
		}
		e, err := cloudevent.DecodeEvent([]byte(sent.sent[i]))
		if err != nil || e.ID() != a.ID || e.Type() != "com.example.npm" {
			t.Errorf("%s %s became %s: %v", a.Mode, a.ID, sent.sent[i], err)
		}
	}
	for id, want := range map[string]string{"4": `"source":"/工厂/传感器"`, "5": `"subject":"100% of 3.5\" disks"`} {
		count, modes := 0, 2
		if id == "4" {
			modes = 1
		}
		for _, payload := range sent.sent {
			if strings.Contains(payload, `"id":"`+id+`"`) && strings.Contains(payload, want) {
				count++
			}
		}
		if count != modes {
			t.Errorf("event %s has %s in %d of %d modes: %q", id, want, count, modes, sent.sent)
		}
	}
}

// Each of octokit's examples, signed by octokit, is acknowledged; each altered one is rejected.
func TestOctokitsExamples(t *testing.T) {
	server, sent := serveEvents(t, "inlets: {it: {verify: github, secretEnv: S}}")
	for altered, want := range map[string]int{"": 204, "altered": 401} {
		args := []string{server.URL + "/in/it", "it's a secret"}
		if altered != "" {
			args = append(args, altered)
		}
		answers := runNode(t, "octokit.mjs", args...)
		if len(answers) < 100 {
			t.Fatalf("%d answers", len(answers))
		}
		for _, a := range answers {
			if a.Status != want {
				t.Errorf("%s %s: %d, want %d", a.Name, altered, a.Status, want)
			}
		}
		if altered == "" && len(sent.sent) != len(answers) {
			t.Errorf("%d messages of %d deliveries", len(sent.sent), len(answers))
		}
	}
}

// The events of the CloudEvents conformance suite are accepted unchanged.
func TestConformanceSuite(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/cloudevents/conformance").Output()
	if err != nil {
		t.Fatal(err)
	}
	yaml := filepath.Join(strings.TrimSpace(string(out)), "yaml")
	events, err := event.FromYaml(filepath.Join(yaml, "v1.yaml")+","+filepath.Join(yaml, "v1.0"), true)
	if err != nil || len(events) < 4 {
		t.Fatalf("%d events: %v", len(events), err)
	}
	server, sent := serveEvents(t, "")
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		for _, mode := range []string{event.BinaryMode, event.StructuredMode} {
			if mode == event.StructuredMode && !json.Valid([]byte(e.Data)) {
				continue // in this mode the suite only writes JSON
			}
			e.Mode = mode
			r, err := conformance.EventToRequest(target.String(), e)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != 204 || !strings.Contains(sent.sent[len(sent.sent)-1], `"id":"`+e.Attributes.ID+`"`) {
				t.Errorf("%s in %s mode: %d", e.Attributes.ID, mode, answer.StatusCode)
			}
		}
	}
}
