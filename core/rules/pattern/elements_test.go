package pattern

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/internal/jsontext"
)

func TestEachElement(t *testing.T) {
	for array, want := range map[string][]string{
		`[]`:                               nil,
		` [ [ ] , []]`:                     nil,
		`[1, -2.5e3 ,"a",true,false,null]`: {`1`, `-2.5e3`, `"a"`, `true`, `false`, `null`},
		`[[1,[2]],[[[3]],4],5]`:            {`1`, `2`, `3`, `4`, `5`},
		`["]", "\"[", "\\", "{"]`:          {`"]"`, `"\"["`, `"\\"`, `"{"`},
		`[{"a": [1, {"b": "}"}]}, [{"\"}": {}}], {} ]`: {`{"a": [1, {"b": "}"}]}`, `{"\"}": {}}`, `{}`},
		"[\n1\t,\r\n{ }\n]":                            {`1`, `{ }`},
	} {
		var got []string
		cloudevent.EachElement(array, func(element gjson.Result) bool {
			got = append(got, element.Raw)
			return true
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", array, diff)
		}
	}
}

func TestEachElementStops(t *testing.T) {
	count := 0
	cloudevent.EachElement(`[1, [2, 3], 4]`, func(element gjson.Result) bool {
		count++
		return element.Raw != "2"
	})
	if count != 2 {
		t.Errorf("%d elements were passed, want 2", count)
	}
}

// Some kilobytes of brackets before a long text must not keep a processor busy: this takes milliseconds, and looking
// for the end of each array at each level takes more than ten seconds.
func TestNestedArraysAreReadOnce(t *testing.T) {
	const depth = jsontext.MaxDepth - 1
	array := strings.Repeat("[", depth) + `"` + strings.Repeat("x", 1<<20) + `"` + strings.Repeat("]", depth)
	v := patternView(t, "application/json", `{"a":`+array+`}`, nil)
	start := time.Now()
	checkPattern(t, `data: {a: [y]}`, false, v, false)
	checkPattern(t, `data: {a: {b: [y]}}`, false, v, false)
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}
