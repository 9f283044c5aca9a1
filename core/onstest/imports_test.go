package onstest

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The emulator must not verify signatures with the client's code, which makes them.
func TestImportsNothingOfTheClient(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			ours := strings.HasPrefix(spec.Path.Value, `"sendbridge/`) && spec.Path.Value != `"sendbridge/internal/loopback"`
			if strings.Contains(spec.Path.Value, ".") || ours {
				t.Errorf("%s imports %s: the standard library is enough", name, spec.Path.Value)
			}
		}
	}
}
