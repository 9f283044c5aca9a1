// Command pack writes a code package for Function Compute: a zip whose bytes depend only on its files and on
// SOURCE_DATE_EPOCH, in seconds since 1970, which becomes the date of each file:
// https://reproducible-builds.org/specs/source-date-epoch/
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
	"time"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "pack FILE.zip NAME=PATH:MODE…")
		os.Exit(2)
	}
	modified, err := dateOf(os.Getenv("SOURCE_DATE_EPOCH"))
	if err == nil {
		err = pack(os.Args[1], os.Args[2:], modified)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// dateOf parses seconds since 1970. An empty string means the earliest date that a zip can have.
func dateOf(seconds string) (time.Time, error) {
	if seconds == "" {
		return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH=%q: want a whole number of seconds since 1970", seconds)
	}
	return time.Unix(n, 0).UTC(), nil
}

// pack writes the files of entries, sorted, each with the same date.
func pack(file string, entries []string, modified time.Time) (err error) {
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
		if err := add(z, entry, modified); err != nil {
			return err
		}
	}
	return z.Close()
}

func add(z *zip.Writer, entry string, modified time.Time) error {
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
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified}
	h.SetMode(fs.FileMode(bits))
	w, err := z.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
