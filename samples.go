// Package sendbridge has the payloads of triggers that the tests of the decoders use, for people to try rules with.
package sendbridge

import (
	"embed"
	"io/fs"
)

//go:embed adapters/alifc/testdata/*/*.json adapters/awslambda/testdata/*/*.json
var samples embed.FS

// Samples has adapters/<adapter>/testdata/<source>/<case>.json, and beside each the events it becomes as <case>.golden.json.
func Samples() fs.FS { return samples }
