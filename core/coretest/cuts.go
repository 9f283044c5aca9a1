//go:build !soak

package coretest

// mostCuts limits the prefixes and changed bytes that are tried for a long sample. make soak tries ten times as many.
const mostCuts = 50
