package coretest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// sameAgain demands that decoding the same payload twice gives the same records.
func sameAgain(t *testing.T, s core.Source, payload []byte, records []core.Record, err error) {
	t.Helper()
	again, errAgain := s.Decode(slices.Clone(payload), Invocation)
	if !bytes.Equal(show(records, err), show(again, errAgain)) {
		t.Errorf("decoded twice it gives two results: %s and %s", show(records, err), show(again, errAgain))
	}
}

// valid demands valid events with a unique source and id in their batch.
func valid(t *testing.T, records []core.Record) {
	t.Helper()
	seen := make(map[string]bool)
	for i := range records {
		r := &records[i]
		if r.Err != nil {
			continue
		}
		encoded := cloudevent.EncodeEvent(r.Event)
		if _, err := cloudevent.DecodeEvent(encoded); err != nil {
			t.Fatalf("record %d is no event: %v\n%s", i, err, encoded)
		}
		if id := identity(r); seen[id] {
			t.Fatalf("record %d has the source and id of another: %s", i, id)
		} else {
			seen[id] = true
		}
	}
}

// redelivered demands the ids of another call to be the same, but for those that are the call's own or derived.
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

// split redelivers each list of a JSON payload, at its top or one below, an element at a time.
func split(t *testing.T, s core.Source, payload []byte, records []core.Record) {
	t.Helper()
	whole := identities(records)
	if json.Valid(payload) { // parts are written anew, so the whole has to be
		records, _ = s.Decode(encode(json.RawMessage(payload)), Invocation)
		whole = identities(records)
	}
	for _, parts := range splits(payload, 2) {
		var apart []core.Record
		for _, part := range parts {
			got, err := s.Decode(part, Invocation)
			if err != nil {
				t.Fatalf("a part of it alone is refused: %v\n%s", err, part)
			}
			apart = append(apart, got...)
		}
		if got := identities(apart); !slices.Equal(got, whole) {
			t.Errorf("an element at a time it gives %q, not %q", got, whole)
		}
	}
}

// splits returns, for each list that a payload's batch may be in, so many objects deep, the payloads with one of its
// elements each.
func splits(payload []byte, depth int) (all [][][]byte) {
	var list []json.RawMessage
	if json.Unmarshal(payload, &list) == nil {
		parts := make([][]byte, len(list))
		for i := range list {
			parts[i] = encode(list[i : i+1])
		}
		return [][][]byte{parts}
	}
	var object map[string]json.RawMessage
	if depth == 0 || json.Unmarshal(payload, &object) != nil {
		return nil
	}
	for name, member := range object {
		for _, parts := range splits(member, depth-1) {
			if len(parts) < 2 {
				continue
			}
			for i := range parts {
				with := maps.Clone(object)
				with[name] = parts[i]
				parts[i] = encode(with)
			}
			all = append(all, parts)
		}
	}
	return all
}

func identities(records []core.Record) []string {
	var list []string
	for i := range records {
		if !records[i].DerivedID && records[i].Err == nil {
			list = append(list, identity(&records[i]))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
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
		panic(err) // of what was decoded from JSON
	}
	return raw
}
