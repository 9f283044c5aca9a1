package pattern

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
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
