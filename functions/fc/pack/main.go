// Command pack writes a code package for Function Compute: a zip whose bytes depend on nothing but the files in it.
//
//	pack dist/fc.zip main=bin/fc/main:0755 sendbridge.yaml=rules.yaml:0644
package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "pack FILE.zip NAME=PATH:MODE…")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// pack writes the files that entries name, sorted and without times.
func pack(file string, entries []string) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	z := zip.NewWriter(out)
	for _, entry := range slices.Sorted(slices.Values(entries)) {
		if err := add(z, entry); err != nil {
			return err
		}
	}
	return z.Close()
}

func add(z *zip.Writer, entry string) error {
	name, rest, ok := strings.Cut(entry, "=")
	path, mode, ok2 := strings.Cut(rest, ":")
	bits, err := strconv.ParseUint(mode, 8, 12)
	if !ok || !ok2 || err != nil {
		return fmt.Errorf("entry %q: want NAME=PATH:MODE such as main=bin/fc/main:0755", entry)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	h.SetMode(fs.FileMode(bits))
	w, err := z.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
