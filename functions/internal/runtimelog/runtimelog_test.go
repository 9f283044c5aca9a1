package runtimelog

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func lost(line []byte) bool { return bytes.HasPrefix(line, []byte("lost")) }

func TestOtherLinesAreLogged(t *testing.T) {
	var out bytes.Buffer
	w := &Writer{Log: slog.New(slog.NewJSONHandler(&out, nil)), Lost: lost, Skip: []byte(`{"errorMessage":`)}
	fmt.Fprintln(w, `{"errorMessage":"said before","errorType":"x"}`)
	fmt.Fprintln(w, `something else`)
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"msg":"runtime","error":"something else"`) {
		t.Error(got)
	}
}

// A library that polls in a busy loop would fill the disk and use up the processor.
func TestALostAPISlowsTheLoopDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		w := &Writer{Log: slog.New(slog.NewJSONHandler(&out, nil)), Lost: lost}
		start, loops := time.Now(), 0
		for ; time.Since(start) < 10*time.Minute; loops++ {
			fmt.Fprintln(w, "lost: connection refused")
		}
		lines := strings.Count(out.String(), "\n")
		if loops < 60 || loops > 80 || lines < 9 || lines > 11 {
			t.Errorf("%d rounds and %d lines in ten minutes", loops, lines)
		}
		time.Sleep(time.Minute) // the API was available in between
		start = time.Now()
		fmt.Fprintln(w, "lost")
		if took := time.Since(start); took != firstWait {
			t.Errorf("waited %s", took)
		}
	})
}

// A library that ends the process may do so only when the API is available for the next start.
func TestAWriterWaitsForTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		start := time.Now()
		w := &Writer{Log: slog.New(slog.NewJSONHandler(&out, nil)), Lost: lost, Gone: func() bool { return time.Since(start) < 10*time.Minute }}
		fmt.Fprintln(w, "lost")
		if took, lines := time.Since(start), strings.Count(out.String(), "\n"); took < 10*time.Minute || took > 11*time.Minute || lines > 11 {
			t.Errorf("it took %s and %d lines", took, lines)
		}
	})
}
