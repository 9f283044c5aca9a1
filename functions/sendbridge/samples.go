package main

import (
	"io/fs"
	"path"
	"strings"

	"sendbridge"
	"sendbridge/functions/sendbridge/console"
)

// samples returns the entries of the playground's menu: HTTP requests, and the payloads of each source of lambda and
// fc.
func samples() ([]console.Sample, error) {
	list := append([]console.Sample{}, httpSamples...)
	for as, adapter := range map[string]string{"lambda": "awslambda", "fc": "alifc"} {
		dir := path.Join("adapters", adapter, "testdata")
		files, err := fs.Glob(sendbridge.Samples(), dir+"/*/*.json")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, ".golden.json") {
				continue
			}
			payload, err := fs.ReadFile(sendbridge.Samples(), file)
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(strings.TrimPrefix(file, dir+"/"), ".json")
			list = append(list, console.Sample{Name: name, As: as, Payload: string(payload)})
		}
	}
	return list, nil
}

// httpSamples are requests in each mode of CloudEvents over HTTP, and requests of webhooks that need an inlet in the
// rules file.
var httpSamples = []console.Sample{
	{Name: "CloudEvent, structured", As: "http", Path: "/", Headers: []string{"Content-Type: application/cloudevents+json"}, Payload: sampleEvent},
	{Name: "CloudEvent, binary", As: "http", Path: "/", Headers: []string{"ce-specversion: 1.0", "ce-id: 2", "ce-source: /front-door", "ce-type: com.example.door", "Content-Type: application/json"}, Payload: `{"open": true}`},
	{Name: "CloudEvents, a batch", As: "http", Path: "/", Headers: []string{"Content-Type: application/cloudevents-batch+json"}, Payload: "[" + sampleEvent + ",\n" + strings.Replace(sampleEvent, `"id":"1"`, `"id":"2"`, 1) + "]"},
	{Name: "GitHub push, at an inlet github", As: "http", Path: "/in/github", Headers: []string{"X-GitHub-Event: push", "X-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958", "Content-Type: application/json"},
		Payload: `{"ref": "refs/heads/main", "after": "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "repository": {"name": "pump", "url": "https://api.github.com/repos/example/pump"}}`},
	{Name: "Stripe charge, at an inlet stripe", As: "http", Path: "/in/stripe", Headers: []string{"Content-Type: application/json"},
		Payload: `{"id": "evt_1", "object": "event", "type": "charge.succeeded", "created": 1700000000, "data": {"object": {"id": "ch_1", "amount": 700, "currency": "eur"}}}`},
	{Name: "Alertmanager, at an inlet alerts", As: "http", Path: "/in/alerts", Headers: []string{"Content-Type: application/json"},
		Payload: `{"version": "4", "groupKey": "{}:{}", "status": "firing", "receiver": "devices", "alerts": [{"status": "firing", "labels": {"alertname": "Hot", "site": "north"}, "startsAt": "2026-01-01T00:00:00Z"}]}`},
}
