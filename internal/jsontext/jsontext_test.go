package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/internal/jsontext"
)

var seeds = []string{
	``, ` `, `{}`, `[]`, ` [ ] `, `{"a":1}`, `{"a":[{},{"b":[]}],"c":"\u12aB\n"}`, `[1,2.5,-0,1e9,-1.5E-3]`, `"x"`, `true`, `false`, `null`,
	`[,]`, `[1,]`, `{,}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{1:2}`, `[1 2]`, `[1}`, `{"a":1]`, `01`, `-`, `1.`, `.5`, `1e`, `1e+`, `+1`, `tru`, `nulll`,
	`"`, `"\`, `"\x"`, `"\u12"`, "\"\x01\"", "\"\x7f\xff\"", `{} {}`, `[]]`, `[[]`, `[{}`, "\ufeff{}", `{"a":{"b":{}}}`, `[[],[]]`, `[{},[]]x`, `{"a":[]`, `[-]`, `[0,00]`, `{"":""}`,
}

// Valid accepts exactly what encoding/json and gjson accept.
func FuzzValid(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := json.Valid([]byte(s))
		if got := jsontext.Valid(s); got != want || jsontext.Valid([]byte(s)) != want {
			t.Errorf("%q: %v, encoding/json says %v", s, got, want)
		}
		if len(s) < 10_000 && gjson.Valid(s) != want {
			t.Errorf("%q: gjson does not say %v", s, want)
		}
	})
}

func TestDepth(t *testing.T) {
	deep := func(open, close string, n int) string {
		return strings.Repeat(open, n) + "1" + strings.Repeat(close, n)
	}
	for name, c := range map[string]struct {
		json string
		want jsontext.Verdict
	}{
		"arrays at the limit":  {deep("[", "]", jsontext.MaxDepth), jsontext.JSON},
		"arrays beyond":        {deep("[", "]", jsontext.MaxDepth+1), jsontext.TooDeep},
		"objects at the limit": {deep(`{"a":`, "}", jsontext.MaxDepth), jsontext.JSON},
		"objects beyond":       {deep(`{"a":`, "}", jsontext.MaxDepth+1), jsontext.TooDeep},
		"mixed":                {deep(`[{"a":`, "}]", jsontext.MaxDepth/2+1), jsontext.TooDeep},
		"an endless one":       {strings.Repeat("[", 8_000_000), jsontext.TooDeep},
		"in a string":          {`"` + strings.Repeat("[", 20_000) + `"`, jsontext.JSON},
		"side by side":         {"[" + strings.Repeat("[],", 20_000) + "[]]", jsontext.JSON},
		"none before that":     {strings.Repeat("[", 100) + "x" + strings.Repeat("[", 20_000), jsontext.NotJSON},
	} {
		if got := jsontext.Check(c.json); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// Eight million brackets cost no more than the ten thousand that are allowed.
func TestWhatIsTooDeepIsReadToTheLimitOnly(t *testing.T) {
	s := strings.Repeat("[", 8_000_000)
	if n := testing.AllocsPerRun(10, func() { jsontext.Check(s) }); n > 20 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(10, func() { jsontext.Check(`{"a":[{"b":"c"}]}`) }); n != 0 {
		t.Errorf("%v allocations for a small event", n)
	}
}

func BenchmarkValid(b *testing.B) {
	s := `{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"items":[` + strings.Repeat(`{"name":"sensor","value":21.5,"ok":true},`, 20) + `{}]}}`
	for name, valid := range map[string]func(string) bool{"jsontext": jsontext.Valid[string], "gjson": gjson.Valid} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				if !valid(s) {
					b.Fatal("not valid")
				}
			}
		})
	}
}
