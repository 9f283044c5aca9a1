package functions

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestLinesOfAnInvocationSayWhich(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out, slog.LevelInfo)
	ctx := WithInvocation(t.Context(), "i-7")
	log.InfoContext(ctx, "one")
	log.With("a", 1).InfoContext(ctx, "two")
	log.WithGroup("g").InfoContext(ctx, "three", "b", 2)
	log.Info("none")
	log.InfoContext(WithInvocation(ctx, ""), "none")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, line := range lines {
		if has := strings.Contains(line, `"invocation":"i-7"`); has != (i < 3) {
			t.Errorf("line %d: %s", i, line)
		}
	}
	if len(lines) != 5 {
		t.Errorf("%d lines", len(lines))
	}
}
