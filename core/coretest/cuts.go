//go:build !soak

package coretest

// mostCuts bounds the prefixes, and the changed bytes, that are tried of a long sample. make soak tries ten times as many.
const mostCuts = 50
