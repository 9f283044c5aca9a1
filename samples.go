// Package sendbridge embeds the triggers' payloads from the decoders' tests, so that people can try rules with them.
package sendbridge

import (
	"embed"
	"io/fs"
)

//go:embed adapters/alifc/testdata/*/*.json adapters/awslambda/testdata/*/*.json
var samples embed.FS

// Samples contains adapters/<adapter>/testdata/<source>/<case>.json and, beside each, its events as <case>.golden.json.
func Samples() fs.FS { return samples }
