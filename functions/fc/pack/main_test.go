package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTheSameFilesGiveTheSameBytes(t *testing.T) {
	dir := t.TempDir()
	binary, rules := filepath.Join(dir, "b"), filepath.Join(dir, "r")
	built, err := dateOf("1764000000")
	if err != nil {
		t.Fatal(err)
	}
	write := func(at time.Time) []byte {
		for path, text := range map[string]string{binary: "binary", rules: "rules"} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		out := filepath.Join(dir, "new", "fc.zip")
		if err := pack(out, []string{"sendbridge.yaml=" + rules + ":0644", "main=" + binary + ":0755"}, built); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	first := write(time.Unix(1e9, 0))
	if !bytes.Equal(first, write(time.Unix(2e9, 0))) {
		t.Error("the times of the files are in the package")
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil || len(z.File) != 2 || z.File[0].Name != "main" || z.File[0].Mode() != 0o755 || z.File[1].Mode() != 0o644 {
		t.Errorf("%v, %v", z, err)
	}
	for _, f := range z.File {
		if !f.Modified.Equal(built) {
			t.Errorf("%s is of %s, want %s", f.Name, f.Modified, built)
		}
	}
}

func TestDates(t *testing.T) {
	if d, err := dateOf(""); err != nil || d.Year() != 1980 {
		t.Errorf("%s, %v", d, err)
	}
	if _, err := dateOf("yesterday"); err == nil {
		t.Error("an invalid date was accepted")
	}
}

func TestEntriesThatAreNone(t *testing.T) {
	for _, entry := range []string{"main", "main=x", "main=x:9", "main=/nonexistent:0755"} {
		if err := pack(filepath.Join(t.TempDir(), "x.zip"), []string{entry}, time.Time{}); err == nil {
			t.Errorf("%q was accepted", entry)
		}
	}
}
