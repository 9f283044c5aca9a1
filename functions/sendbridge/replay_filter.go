package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
)

// A filter returns why an event is left out, or an empty string if it is not.
type filter func(e *event.Event) string

// filter returns the filter that the flags describe.
func (c *replayCommand) filter(now time.Time) (filter, error) {
	since, err := sinceTime(c.Since, now)
	if err != nil {
		return nil, err
	}
	return func(e *event.Event) string {
		mark := func(name string) string { text, _ := e.Extensions()[name].(string); return text }
		switch {
		case !since.IsZero() && e.Time().IsZero():
			return "--since: the event has no time"
		case e.Time().Before(since):
			return "--since"
		case len(c.Rule) > 0 && !slices.Contains(c.Rule, mark("sendbridgerule")):
			return "--rule"
		case len(c.Code) > 0 && !slices.Contains(c.Code, mark("sendbridgecode")):
			return "--code"
		case e.Type() == "sendbridge.undecodable":
			return "the payload was not an event (type sendbridge.undecodable): make its trigger deliver it again"
		}
		return ""
	}, nil
}

// sinceTime parses a time, or a duration before now.
func sinceTime(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--since %q: want a time such as 2026-11-26T08:00:00Z, or a duration such as 2h", text)
	}
	return at, nil
}
