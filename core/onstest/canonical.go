// Canonical form, written from the vendor's description, for verification only:
// https://help.aliyun.com/document_detail/2593177.html

package onstest

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// A pair is one decoded parameter; its value may be any bytes.
type pair struct{ name, value string }

// parseForm decodes a query string or a form as the gateway does: a plus sign is a space, an escape may be any byte.
func parseForm(s string) (pairs []pair, ok bool) {
	for field := range strings.SplitSeq(s, "&") {
		if field == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(field, "=")
		name, err := url.QueryUnescape(rawName)
		if err != nil {
			return nil, false
		}
		value, err := url.QueryUnescape(rawValue)
		if err != nil {
			return nil, false
		}
		pairs = append(pairs, pair{name, value})
	}
	return pairs, true
}

// canonical returns the sorted and re-encoded parameters without the one named skip.
func canonical(pairs []pair, skip string) string {
	var parts []string
	for _, p := range slices.SortedFunc(slices.Values(pairs), func(a, b pair) int { return cmp.Compare(a.name, b.name) }) {
		if p.name != skip || skip == "" {
			parts = append(parts, escape(p.name)+"="+escape(p.value))
		}
	}
	return strings.Join(parts, "&")
}

// escape percent-encodes every byte except the unreserved ones of RFC 3986, in upper case.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
