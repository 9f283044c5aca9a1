//go:build !soak

package coretest

// mostCuts limits the prefixes and changed bytes that are tried for a long sample, and mostValues its values that are replaced by
// others. make soak tries ten times as many.
const (
	mostCuts   = 25
	mostValues = 5
)
