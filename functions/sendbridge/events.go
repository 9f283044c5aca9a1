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

// readEvents reads events from a file, or from standard input for "-".
func readEvents(t terminal, path string) ([]core.Record, error) {
	payload, err := readPayload(t, path)
	if err != nil {
		return nil, err
	}
	records, err := decodeEvents(payload)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return records, nil
}

func readPayload(t terminal, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(t.in)
	}
	return os.ReadFile(path)
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
