package coretest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// sameAgain checks that decoding a payload twice gives the same records.
func sameAgain(t *testing.T, s core.Source, payload []byte, records []core.Record, err error) {
	t.Helper()
	again, errAgain := s.Decode(slices.Clone(payload), Invocation)
	if !bytes.Equal(show(records, err), show(again, errAgain)) {
		t.Errorf("decoded twice it gives two results: %s and %s", show(records, err), show(again, errAgain))
	}
}

// valid checks that all events are valid. Several may have the same source and id, which their triggers decide.
func valid(t *testing.T, records []core.Record) {
	t.Helper()
	for i := range records {
		r := &records[i]
		if r.Err != nil {
			continue
		}
		encoded := cloudevent.EncodeEvent(r.Event)
		if _, err := cloudevent.DecodeEvent(encoded); err != nil {
			t.Fatalf("record %d is not an event: %v\n%s", i, err, encoded)
		}
	}
}

// redelivered checks that another call gives the same ids, except ids that belong to the call or are derived.
func redelivered(t *testing.T, s core.Source, payload []byte, records []core.Record) {
	t.Helper()
	other := Invocation
	other.RequestID = "c3d4e5f6-0000-4000-8000-000000000002"
	again, err := s.Decode(slices.Clone(payload), other)
	if err != nil || len(again) != len(records) {
		t.Fatalf("redelivered it gives %d records, %v: want %d", len(again), err, len(records))
	}
	for i := range records {
		if was, is := identity(&records[i]), identity(&again[i]); was != is && !records[i].DerivedID && !strings.Contains(was, Invocation.RequestID) {
			t.Errorf("record %d redelivered is %s, not %s", i, is, was)
		}
	}
}

func identity(r *core.Record) string {
	if r.Event.Context == nil {
		return "(no event)"
	}
	return r.Event.Source() + " " + r.Event.ID()
}

func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // values decoded from JSON always encode
	}
	return raw
}
