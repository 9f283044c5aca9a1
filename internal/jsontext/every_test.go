package jsontext_test

import (
	"encoding/json"
	"testing"

	"sendbridge/internal/jsontext"
)

// verdict is what encoding/json says. Nothing here is deep.
func verdict(s []byte) jsontext.Verdict {
	if json.Valid(s) {
		return jsontext.JSON
	}
	return jsontext.NotJSON
}

func same(t *testing.T, s []byte) {
	if got, want := jsontext.Check(s), verdict(s); got != want {
		t.Errorf("%q: %d, encoding/json says %d", s, got, want)
	}
}

// Every text of up to five of the characters that JSON is made of is judged as encoding/json judges it.
func TestEveryShortText(t *testing.T) {
	const characters = `{}[]",:1\ t` + "\n"
	var grow func(s []byte)
	grow = func(s []byte) {
		same(t, s)
		for i := 0; len(s) < 5 && i < len(characters); i++ {
			grow(append(s, characters[i]))
		}
	}
	grow(make([]byte, 0, 5))
}

// So is every text that differs from JSON by one byte: cut there, without it, or with any other byte in its place or before it.
func TestEveryTextThatIsOneByteFromJSON(t *testing.T) {
	for _, valid := range []string{
		`[true]`, `[false,null]`, `{"a":[],"b":{}}`, `[{"a":1},[2]]`, ` { "a" : [ 1 , 2 ] } `, "\"\\u09afAF\\n\x7f\"", `-10.25e+30`, `0.5E-1`, `[-0,1e9]`, `{"":"","\\":"\""}`,
	} {
		for i := range len(valid) {
			before, at, after := valid[:i], valid[i:], valid[i+1:]
			same(t, []byte(before))
			same(t, []byte(before+after))
			for c := range 256 {
				same(t, append(append([]byte(before), byte(c)), after...))
				same(t, append(append([]byte(before), byte(c)), at...))
			}
		}
		same(t, []byte(valid))
	}
}
