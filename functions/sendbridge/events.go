package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// A wayIn is the request that events are said to have come with.
type wayIn struct {
	inlets  []inlet.Spec
	path    string
	headers []string // "Name: value"
}

// readEvents reads events from a file, or from standard input for "-".
func readEvents(t terminal, path string, in wayIn) ([]core.Record, error) {
	payload, err := readPayload(t, path)
	if err != nil {
		return nil, err
	}
	records, err := in.decode(payload)
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
func decodeEvents(payload []byte) ([]core.Record, error) { return wayIn{}.decode(payload) }

// decode takes a body as the HTTP handler would once it knows who sent it: nobody does here, and no signature is
// checked.
func (in wayIn) decode(payload []byte) ([]core.Record, error) {
	u := &url.URL{Scheme: "http", Host: "localhost", Path: in.path}
	r, err := http.NewRequest(http.MethodPost, u.String(), bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	for _, line := range in.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("--header %q: want Name: value", line)
		}
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	for i := range in.inlets {
		if in.inlets[i].Path() == in.path {
			return webhook.DecodeInlet(&in.inlets[i], r)
		}
	}
	if in.path != "" && in.path != "/" {
		return nil, fmt.Errorf("--path %q: the rules file has no such inlet: write / or one of /in/ and an inlet's name", in.path)
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/cloudevents+json")
		if bytes.HasPrefix(bytes.TrimSpace(payload), []byte("[")) {
			r.Header.Set("Content-Type", "application/cloudevents-batch+json")
		}
	}
	return webhook.Decode(r)
}
