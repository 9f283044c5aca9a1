package pattern

import (
	"strings"
	"testing"
)

func TestDemandsContent(t *testing.T) {
	for pattern, want := range map[string]bool{
		`{type: [x]}`:                                     false,
		`{data: {value: [{exists: true}]}}`:               false,
		`{data: {value: [{anything-but: [null]}]}}`:       false,
		`{data: {value: [{anything-but: [""]}]}}`:         false,
		`{data: {value: [{anything-but: [null, ""]}]}}`:   true,
		`{data: {value: [{prefix: x}]}}`:                  true,
		`{data: {value: [open, null]}}`:                   false,
		`{data: {value: [open]}}`:                         true,
		`{data: {value: {door: [{exists: true}]}}}`:       true,
		`{data: {value: {door: [{exists: false}]}}}`:      false,
		`{data: {$or: [{value: [a]}, {value: [null]}]}}`:  false,
		`{data: {$or: [{value: [a]}, {value: [b]}]}}`:     true,
		`{data: {value: [{exists: false}, {prefix: x}]}}`: false,
	} {
		if got := mustPattern(t, pattern, false).DemandsContent("data", "value"); got != want {
			t.Errorf("%s demands content: %t", pattern, got)
		}
	}
}

func TestDemands(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{`{type: [x]}`, "data", false},
		{`{data: [{exists: true}]}`, "data", true},
		{`{data: [{exists: false}]}`, "data", false},
		{`{data: {a: [1]}}`, "data", true},
		{`{data: {a: [1]}}`, "data.a", true},
		{`{data: {a: [1]}}`, "data.b", false},
		{`{data: {a: {b: [{exists: true}]}}}`, "data.a", true},
		{`{data: {a: {b: [{exists: true}]}}}`, "data.a.b", true},
		{`{data: {a: [{exists: true}]}}`, "data.a.b", false},
		{`{data: {a: [{exists: false}]}}`, "data", false},
		{`{data: {a: [{exists: false}], b: [1]}}`, "data", true},
		{`{data: {a: [{exists: false}, 1]}}`, "data.a", false},
		{`{data: {a: [{anything-but: [x]}]}}`, "data.a", true},
		{`{$or: [{data: {a: [1]}}, {data: {b: [1]}}]}`, "data", true},
		{`{$or: [{data: {a: [1]}}, {type: [x]}]}`, "data", false},
		{`{data: {$or: [{a: [1]}, {a: [2]}]}}`, "data.a", true},
	} {
		if got := mustPattern(t, c.pattern, false).Demands(strings.Split(c.path, ".")...); got != c.want {
			t.Errorf("%s demands %s: %t", c.pattern, c.path, got)
		}
	}
}
