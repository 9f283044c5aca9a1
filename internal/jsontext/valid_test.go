package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"

	"sendbridge/internal/jsontext"
)

var samples = []string{
	``, ` `, `{}`, `[]`, `[ ]`, `{ }`, `{"a":1}`, `{"a":[1,{"b":null}],"c":"d"}`, `[1,]`, `{,}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[}`, `{]`, `[[]]`, `[{},[]]`, `]`,
	`1`, `-1`, `01`, `-`, `1.`, `.5`, `1e5`, `1e`, `1E+2`, `-0.0`, `1 2`, `tru`, `true`, `nullx`, `"a`, `"\u12"`, `"\u12aG"`, `"\u12aF"`, `"\x"`, "\"\n\"", "\"\xff\"", "\ufeff1",
	`[1 2]`, `{"a":1 "b":2}`, ` [ 1 , 2 ] `, `[[[`, `{1:2}`, `{"a":1}}`, `[],[]`, "[\v1]",
}

func TestValidAgreesWithTheStandardLibrary(t *testing.T) {
	for _, s := range samples {
		if got, want := jsontext.Valid(s), json.Valid([]byte(s)); got != want {
			t.Errorf("Valid(%q) = %t, want %t", s, got, want)
		}
	}
}

func FuzzValid(f *testing.F) {
	for _, s := range samples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := jsontext.Valid(s), json.Valid([]byte(s)); got != want {
			t.Errorf("Valid(%q) = %t, want %t", s, got, want)
		}
	})
}

func TestNestingHasALimit(t *testing.T) {
	for _, c := range []struct {
		open, close string
		depth       int
		want        bool
	}{
		{"[", "]", jsontext.MaxDepth, true},
		{"[", "]", jsontext.MaxDepth + 1, false},
		{`{"a":`, "}", jsontext.MaxDepth - 1, true},
		{`{"a":`, "}", jsontext.MaxDepth + 1, false},
		{"[", "", 8_000_000, false},
		{`{"a":`, "", 2_000_000, false},
	} {
		s := strings.Repeat(c.open, c.depth) + "1" + strings.Repeat(c.close, c.depth)
		if got := jsontext.Valid(s); got != c.want {
			t.Errorf("%d of %q: %t, want %t", c.depth, c.open, got, c.want)
		}
	}
}

func TestValidityTakesNoMemory(t *testing.T) {
	s := strings.Repeat("[", 1_000_000)
	if n := testing.AllocsPerRun(10, func() { jsontext.Valid(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkValid(b *testing.B) {
	s := `[` + strings.Repeat(`{"id":"a-1","temperature":21.5,"labels":["x","y"],"on":true},`, 100) + `{}]`
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		jsontext.Valid(s)
	}
}
