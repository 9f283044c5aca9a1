package pattern

import (
	"fmt"
	"testing"
)

// The keys of a pattern are what an event must have for it: only lists of texts and prefixes alone say so.
func TestKeys(t *testing.T) {
	for text, want := range map[string]string{
		`{type: [a, b]}`:                              "[{[type] [a b] []}]",
		`{type: [{prefix: a}]}`:                       "[{[type] [] [a]}]",
		`{type: [a, {prefix: b}, "1"]}`:               "[{[type] [a 1] [b]}]",
		`{data: {a: {b: [x]}, c: [y]}, type: [z]}`:    "[{[data a b] [x] []} {[data c] [y] []} {[type] [z] []}]",
		`{type: [a, 1]}`:                              "[]",
		`{type: [a, null]}`:                           "[]",
		`{type: [{prefix: [a, b]}]}`:                  "[]",
		`{type: [{prefix: {equals-ignore-case: a}}]}`: "[]",
		`{type: [{prefix: a, suffix: b}]}`:            "[]",
		`{type: [{suffix: a}]}`:                       "[]",
		`{type: [a, {exists: true}]}`:                 "[]",
		`{$or: [{type: [a]}, {type: [b]}]}`:           "[]",
	} {
		if got := fmt.Sprint(mustPattern(t, text, false).Keys()); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if keys := mustPattern(t, `{type: [a]}`, true).Keys(); keys != nil {
		t.Errorf("over an element: %v", keys)
	}
}

// An address may have as many characters as the longest one, which is IPv6 with an IPv4 part.
func TestTheLongestAddress(t *testing.T) {
	v := patternView(t, "", `{"ip":"0000:0000:0000:0000:0000:ffff:255.255.255.254"}`, nil)
	if !mustPattern(t, `{data: {ip: [{cidr: 255.0.0.0/8}]}}`, false).Match(v) {
		t.Error("does not match")
	}
	v = patternView(t, "", `{"ip":"00000:0000:0000:0000:0000:ffff:255.255.255.254"}`, nil)
	if mustPattern(t, `{data: {ip: [{cidr: 255.0.0.0/8}]}}`, false).Match(v) {
		t.Error("46 characters match")
	}
}
