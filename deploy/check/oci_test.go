package check

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An image is an OCI image, unpacked: https://github.com/opencontainers/image-spec
type image struct {
	root         string // its files
	Architecture string
	OS           string `json:"os"`
	Config       struct {
		User         string
		Env          []string
		Entrypoint   []string
		ExposedPorts map[string]struct{}
		Labels       map[string]string
	}
}

type descriptor struct{ Digest string }

// buildImages runs `make image` and returns a function that unpacks the image of an architecture.
func buildImages(t *testing.T) func(arch string) image {
	t.Helper()
	if _, err := exec.LookPath("buildah"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("buildah: not installed, and CI must build the image")
		}
		t.Skip("NOT RUN: buildah is not installed")
	}
	const name = "sendbridge-check:1.2.3"
	run(t, "make", "-C", "../..", "image", "BUILDER=buildah", "IMAGE="+name, "VERSION=1.2.3")
	return func(arch string) image {
		layout := t.TempDir()
		run(t, "buildah", "push", name+"-"+arch, "oci:"+layout+":latest")
		return unpack(t, layout)
	}
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func unpack(t *testing.T, layout string) image {
	t.Helper()
	read := func(path string, into any) {
		if err := json.Unmarshal(readFile(t, path), into); err != nil {
			t.Fatal(err)
		}
	}
	blob := func(d descriptor) string {
		return filepath.Join(layout, "blobs", filepath.FromSlash(strings.Replace(d.Digest, ":", "/", 1)))
	}
	var index struct{ Manifests []descriptor }
	read(filepath.Join(layout, "index.json"), &index)
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	read(blob(index.Manifests[0]), &manifest)
	i := image{root: t.TempDir()}
	read(blob(manifest.Config), &i)
	for _, layer := range manifest.Layers {
		if err := untar(readFile(t, blob(layer)), i.root); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(i.root, 0o755); err != nil {
		t.Fatal(err)
	}
	return i
}

func untar(compressed []byte, root string) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return err
	}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path := filepath.Join(root, header.Name)
		if header.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else if header.Typeflag == tar.TypeReg {
			var content []byte
			if content, err = io.ReadAll(files); err == nil {
				err = os.WriteFile(path, content, os.FileMode(header.Mode))
			}
		}
		if err != nil {
			return err
		}
	}
}
