package coretest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"sendbridge/core"
)

// regrouped redelivers a payload's batch split, shuffled, repeated and merged. The events must always be the same, so that
// none depends on the rest of its batch. Ids that belong to the call are ignored.
func regrouped(t *testing.T, sources []core.Source, payload []byte) {
	t.Helper()
	if !json.Valid(payload) {
		return
	}
	whole := decodeAll(t, sources, [][]byte{encode(json.RawMessage(payload))}, false) // the groups are encoded again, too
	strict := !slices.ContainsFunc(whole, func(r core.Record) bool { return r.Err != nil })
	for _, b := range batchesIn(payload, 2) {
		alone := decodeAll(t, sources, b.groups(slices.Collect(slices.Chunk(b.elements, 1))), strict)
		first := decodeAll(t, sources, b.groups([][]json.RawMessage{b.elements[:1]}), strict)
		if len(first) >= len(whole) {
			continue // this list is inside an event
		}
		want := contents(whole)
		if got := contents(alone); !slices.Equal(got, want) {
			t.Errorf("an element at a time it gives\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		reversed := slices.Clone(b.elements)
		slices.Reverse(reversed)
		half := len(b.elements) / 2
		for name, groups := range map[string][][]json.RawMessage{
			"reversed":             {reversed},
			"in halves":            {b.elements[:half], b.elements[half:]},
			"with each twice":      {slices.Concat(b.elements, b.elements)},
			"merged with its half": {slices.Concat(b.elements[half:], b.elements)},
		} {
			if got := contents(decodeAll(t, sources, b.groups(groups), strict)); !slices.Equal(got, want) {
				t.Errorf("%s it gives\n%s\nnot\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// decodeAll decodes payloads with their sources. If strict is true, an error fails the test.
func decodeAll(t *testing.T, sources []core.Source, payloads [][]byte, strict bool) (all []core.Record) {
	t.Helper()
	for _, payload := range payloads {
		s := Recognise(sources, payload)
		if s == nil {
			t.Fatalf("no source for the part %s", payload)
		}
		records, err := s.Decode(payload, Invocation)
		if err != nil && strict {
			t.Fatalf("source %s rejects a part: %v\n%s", s.Name, err, payload)
		}
		all = append(all, records...)
	}
	return all
}

// A batch is a list in a payload.
type batch struct {
	elements []json.RawMessage
	with     func(elements []json.RawMessage) []byte // returns the payload with other elements
}

func (b *batch) groups(lists [][]json.RawMessage) (payloads [][]byte) {
	for _, list := range lists {
		payloads = append(payloads, b.with(list))
	}
	return payloads
}

// batchesIn returns each list of several elements in a payload that may be its batch, up to a depth of objects.
func batchesIn(payload []byte, depth int) (all []batch) {
	var list []json.RawMessage
	if json.Unmarshal(payload, &list) == nil {
		if len(list) < 2 {
			return nil
		}
		return []batch{{list, func(elements []json.RawMessage) []byte { return encode(elements) }}}
	}
	var object map[string]json.RawMessage
	if depth == 0 || json.Unmarshal(payload, &object) != nil {
		return nil
	}
	for name, member := range object {
		for _, b := range batchesIn(member, depth-1) {
			all = append(all, batch{b.elements, func(elements []json.RawMessage) []byte {
				with := maps.Clone(object)
				with[name] = b.with(elements)
				return encode(with)
			}})
		}
	}
	return all
}

// contents returns the dedup keys of events, in order and without duplicates.
func contents(records []core.Record) []string {
	var list []string
	for i := range records {
		if r := &records[i]; r.Err == nil && !strings.Contains(r.Event.ID(), Invocation.RequestID) {
			list = append(list, strings.Join([]string{r.Ingress, identity(r), r.Event.Type(), r.Event.Subject(), string(r.Event.Data())}, " "))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
