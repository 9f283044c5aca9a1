package main

import (
	"encoding/json"
	"strings"
	"testing"

	"sendbridge/core/onstest"
)

func TestDoctor(t *testing.T) {
	b := newBench(t)
	environ := b.environ("SENDBRIDGE_RULES=" + doorRules)
	code, out, errors := command(t, "", environ, "doctor")
	if code != 0 || strings.Count(out, "✓") != 9 || strings.Contains(out, "✗") || len(b.emulator.Messages()) != 0 {
		t.Errorf("%d %s %s", code, out, errors)
	}
	code, out, errors = command(t, "", append(environ, "SENDBRIDGE_INSTANCE_ID=post-cn-of-others"), "doctor", "--json", "--topic", "a/b")
	var report struct {
		OK       bool
		ExitCode int
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 1 || report.OK || report.ExitCode != 1 || strings.Contains(out+errors, onstest.STSToken) {
		t.Errorf("%d %s %s: %v", code, out, errors, err)
	}
	if code, out, _ = command(t, "", nil, "doctor"); code != 1 || !strings.Contains(out, "✗ configuration") {
		t.Errorf("without settings: %d %s", code, out)
	}
}
