package bridge_test

import (
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// noon is the time at which tests render.
var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// eventWith returns an event with the members of an object besides specversion, id, source and type.
func eventWith(t testing.TB, members string) *core.Record {
	t.Helper()
	if members != "" {
		members = "," + members
	}
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"42","source":"/s","type":"created"` + members + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return &core.Record{Event: e, Ingress: "http:/"}
}
