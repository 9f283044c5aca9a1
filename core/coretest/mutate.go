package coretest

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"sendbridge/core"
)

// Fuzz searches, starting from the samples, for payloads that make the sources panic or return invalid records.
func Fuzz(f *testing.F, sources []core.Source) {
	for _, samples := range samplesOf(f) {
		for _, s := range samples {
			f.Add(s.payload)
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) { survive(t, sources, payload) })
}

// mutate calls try with each prefix of a payload, with its bytes changed one at a time, and, if it is JSON, with each of
// its values removed or replaced by one of every type.
func mutate(payload []byte, try func([]byte)) {
	step := 1 + len(payload)/mostCuts
	for i := 0; i < len(payload); i += step {
		try(slices.Clone(payload[:i]))
		for _, c := range [...]byte{0, '"', payload[i] ^ 1, payload[i] ^ 0x20} {
			changed := slices.Clone(payload)
			changed[i] = c
			try(changed)
		}
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var root any
	if d.Decode(&root) == nil {
		all := 0
		replaceEach(root, func(v any) { root = v }, func() { all++ })
		n, step := 0, 1+all/(mostValues*10)
		replaceEach(root, func(v any) { root = v }, func() {
			if n++; n%step == 0 {
				try(encode(root))
			}
		})
	}
}

// replaceEach replaces v, and each value in it, by a value of every type, and calls try each time.
func replaceEach(v any, set func(any), try func()) {
	for _, other := range []any{nil, true, json.Number("-1"), json.Number("1e400"), "", "x", []any{}, []any{nil}, map[string]any{}} {
		set(other)
		try()
	}
	set(v)
	switch v := v.(type) {
	case []any:
		for i := range v {
			replaceEach(v[i], func(e any) { v[i] = e }, try)
		}
	case map[string]any:
		for name, member := range v {
			delete(v, name)
			try()
			replaceEach(member, func(e any) { v[name] = e }, try)
		}
	}
}
