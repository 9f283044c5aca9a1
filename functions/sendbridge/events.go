package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

// A wayIn describes the HTTP request with which events are assumed to arrive.
type wayIn struct {
	inlets  []inlet.Spec
	path    string
	headers []string // "Name: value"
}

// readEvents reads events from a file, or from standard input for "-".
func readEvents(t terminal, path string) ([]core.Record, error) {
	payload, err := t.read(path)
	if err != nil {
		return nil, err
	}
	return decodeEvents(path, payload)
}

// decodeEvents decodes an event or a batch in the CloudEvents JSON format as the HTTP handler does, and JSON lines with
// one event each. An error in a line names the line's number.
func decodeEvents(path string, payload []byte) ([]core.Record, error) {
	lines := linesOf(payload)
	if len(lines) < 2 || jsontext.Valid(payload) {
		records, err := wayIn{}.decode(payload)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return records, nil
	}
	var records []core.Record
	for _, l := range lines {
		decoded, err := wayIn{}.decode(l.text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: a line of JSON lines: %w", path, l.number, err)
		}
		records = append(records, decoded...)
	}
	for i := range records {
		records[i].Index = i
	}
	return records, nil
}

type line struct {
	number int
	text   []byte
}

// linesOf returns the lines that are not blank.
func linesOf(text []byte) (list []line) {
	number := 0
	for l := range bytes.SplitSeq(text, []byte("\n")) {
		number++
		if l = bytes.TrimSpace(l); len(l) > 0 {
			list = append(list, line{number, l})
		}
	}
	return list
}

// decode decodes a body as the HTTP handler does after it has authenticated the sender. It checks no signature.
func (in wayIn) decode(payload []byte) ([]core.Record, error) {
	u := &url.URL{Scheme: "http", Host: "localhost", Path: in.path}
	r, err := http.NewRequest(http.MethodPost, u.String(), bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	for _, line := range in.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("--header %q: want NAME: VALUE", line)
		}
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	for i := range in.inlets {
		if in.inlets[i].Path() == in.path {
			return webhook.DecodeInlet(&in.inlets[i], r)
		}
	}
	if in.path != "" && in.path != "/" {
		return nil, fmt.Errorf("--path %q: the rules file has no such inlet: write / or /in/ and the name of an inlet", in.path)
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/cloudevents+json")
		if bytes.HasPrefix(bytes.TrimSpace(payload), []byte("[")) {
			r.Header.Set("Content-Type", "application/cloudevents-batch+json")
		}
	}
	return webhook.Decode(r)
}
