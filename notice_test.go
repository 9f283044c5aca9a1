package sendbridge_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write NOTICE anew")

// licences are known by a line of their texts that no other has.
var licences = []struct{ name, line string }{
	{"Apache-2.0", "Version 2.0, January 2004"},
	{"MIT", "Permission is hereby granted, free of charge"},
	{"BSD-3-Clause", "Neither the name of"},
	{"BSD-2-Clause", "Redistributions of source code must retain"},
}

const noticeHead = `Sendbridge
Copyright 2026 the authors of Sendbridge

The binaries link the modules below, each under the licence named. Its text is in the module.

`

// NOTICE lists each module that a binary links, with its licence. Run with -update after a change of dependencies.
func TestNoticeListsWhatIsLinked(t *testing.T) {
	linked := make(map[string]string) // line of a module -> the binaries
	for _, name := range []string{"http", "fc", "lambda", "sendbridge"} {
		for _, m := range modulesOf(t, "./functions/"+name) {
			line := fmt.Sprintf("%s %s, %s", m.Path, m.Version, licenceOf(t, m.Dir))
			linked[line] = strings.TrimSpace(linked[line] + " " + name)
		}
	}
	var want strings.Builder
	want.WriteString(noticeHead)
	for _, line := range slices.Sorted(maps.Keys(linked)) {
		fmt.Fprintf(&want, "%s: %s\n", line, linked[line])
	}
	if *update {
		if err := os.WriteFile("NOTICE", []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("NOTICE is not what the binaries link: go test . -run Notice -update\n%s", want.String())
	}
}

type module struct{ Path, Version, Dir string }

func modulesOf(t *testing.T, main string) []module {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-json=Module", main)
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64") // what is deployed, on whatever machine this runs
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := make(map[string]module)
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module != nil && p.Module.Path != "sendbridge" {
			seen[p.Module.Path] = *p.Module
		}
	}
	if len(seen) < 5 {
		t.Fatalf("%s links %d modules", main, len(seen))
	}
	return slices.Collect(maps.Values(seen))
}

func licenceOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "[LlC][IiO][CcP]*")) // LICENSE, License, LICENCE, COPYING
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no licence: %v", dir, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range licences {
		if strings.Contains(string(text), l.line) {
			return l.name
		}
	}
	t.Fatalf("the licence of %s is not known here", dir)
	return ""
}
