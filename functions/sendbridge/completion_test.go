package main

import (
	"os/exec"
	"strings"
	"testing"
)

// The bash script completes commands, flags and values.
func TestCompletion(t *testing.T) {
	code, script, errors := command(t, "", nil, "completion", "bash")
	if code != 0 {
		t.Fatalf("%d %s", code, errors)
	}
	for typed, want := range map[string]string{
		"sendbridge ren": "render", "sendbridge dev --no": "--no-sample", "sendbridge completion f": "fish", "sendbridge render --js": "--json",
		"sendbridge render --as la": "",
	} {
		words := strings.Fields(typed)
		script := script + "\nCOMP_WORDS=(" + typed + "); COMP_CWORD=" + string(rune('0'+len(words)-1)) + "; _sendbridge; echo \"${COMPREPLY[*]}\""
		out, err := exec.Command("bash", "--norc", "-c", script).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%q is completed with %q, want %q (%v)", typed, got, want, err)
		}
	}
	for _, shell := range []string{"zsh", "fish"} {
		if code, out, _ := command(t, "", nil, "completion", shell); code != 0 || !strings.Contains(out, "render") || !strings.Contains(out, "junit") {
			t.Errorf("%s: %d %s", shell, code, out)
		}
	}
}

// The program prints its help or version for every common way to ask for it.
func TestWaysToAskForHelp(t *testing.T) {
	for args, want := range map[string]string{
		"": "Exit codes:", "help": "Exit codes:", "--help": "Exit codes:", "help render": "--rules", "render --help": "--rules",
		"--version": "dev\n", "version": "dev\n",
	} {
		if code, out, errors := command(t, "", nil, strings.Fields(args)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%q: %d %q %s", args, code, out, errors)
		}
	}
	if code, _, errors := command(t, "", nil, "help", "rendr"); code != 80 || !strings.Contains(errors, "render") {
		t.Errorf("help of no command: %d %s", code, errors)
	}
}
