package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// readEvents reads a file, or standard input for "-".
func readEvents(t terminal, path string) ([]core.Record, error) {
	if path == "-" {
		payload, err := io.ReadAll(t.in)
		if err != nil {
			return nil, err
		}
		return decodeEvents(payload)
	}
	payload, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	records, err := decodeEvents(payload)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return records, nil
}

// decodeEvents takes an event or a batch in the CloudEvents JSON format as the HTTP handler would.
func decodeEvents(payload []byte) ([]core.Record, error) {
	mediaType := "application/cloudevents+json"
	if bytes.HasPrefix(bytes.TrimSpace(payload), []byte("[")) {
		mediaType = "application/cloudevents-batch+json"
	}
	r, err := http.NewRequest(http.MethodPost, "http://localhost/", bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", mediaType)
	return webhook.Decode(r)
}
